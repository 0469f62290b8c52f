package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.ClientKey;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code balance} of a service. */
@Shorthand("algorithm")
record BalanceConfig(
    @Option(
            "How a backend is chosen, each by weight: `least_connections` (relays, pending"
                + " handshakes and exchanges in flight count), `power_of_two` (the better of two"
                + " by chance), `least_reported` (what backends tell of all their clients, see"
                + " `reports`), `round_robin` (smoothly in turn), `random`, `ip_hash` (by the"
                + " client's address, of IPv6 the first 64 bits) or `consistent_hash` (by `key`).")
        Balance algorithm,
    @Option(
            value =
                "What `consistent_hash` goes by: `ip`, `path`, `header:Name`, `cookie:name` or"
                    + " `query:name`. A request without it goes anywhere.",
            otherwise = "only `consistent_hash` takes one, and needs it")
        @Nullable ClientKey key,
    @Option(
            value =
                "A new backend's share grows from a tenth to the whole over this time, where loads"
                    + " are compared (`least_connections`, `least_reported`, `power_of_two`); one"
                    + " that was there at the start is not new.",
            zero = "the whole at once, so that all new clients go to an empty one")
        Duration slowStart,
    @Option("How backends tell their load, for `least_reported` alone.") ReportsConfig reports) {

  private static final Parser<Balance> ALGORITHM = Parsers.oneOf(Balance.class);

  /** Those that compare loads. */
  private static final Set<Balance> COUNTING =
      Collections.unmodifiableSet(
          EnumSet.of(Balance.LEAST_CONNECTIONS, Balance.POWER_OF_TWO, Balance.LEAST_REPORTED));

  static BalanceConfig read(Section in, String key) {
    Value value = in.find(key);
    if (value == null || value.isSection()) {
      return in.section(key, BalanceConfig::read);
    }
    BalanceConfig rest = Section.ofDefaults(BalanceConfig::read);
    BalanceConfig balance =
        new BalanceConfig(
            value.parse(ALGORITHM, rest.algorithm), null, rest.slowStart, rest.reports);
    if (balance.algorithm == Balance.CONSISTENT_HASH) {
      in.error(key, "needs a key; expected { algorithm: consistent_hash, key: header:X-Room }");
    }
    return balance;
  }

  static BalanceConfig read(Section in) {
    boolean ramps = in.find("slowStart") != null;
    BalanceConfig balance =
        new BalanceConfig(
            in.value("algorithm", "least_connections", ALGORITHM),
            in.optional("key", BalanceConfig::key),
            in.value("slowStart", "30s", Parsers::durationOrOff),
            in.section("reports", ReportsConfig::read));
    balance.check(in);
    if (ramps && !COUNTING.contains(balance.algorithm)) {
      in.error("slowStart", balance.noUse(COUNTING));
    }
    return balance;
  }

  private void check(Section in) {
    if (algorithm == Balance.CONSISTENT_HASH && in.find("key") == null) {
      in.error("algorithm", "needs a key; expected one beside it, such as key: header:X-Room");
    } else if (algorithm != Balance.CONSISTENT_HASH && key != null) {
      in.error("key", noUse(EnumSet.of(Balance.CONSISTENT_HASH)));
    }
    if (algorithm != Balance.LEAST_REPORTED && in.find("reports") != null) {
      in.error("reports", noUse(EnumSet.of(Balance.LEAST_REPORTED)));
    }
  }

  private String noUse(Set<Balance> with) {
    return "has no use with "
        + Parsers.word(algorithm)
        + "; expected "
        + with.stream().map(Parsers::word).collect(Collectors.joining(" or "));
  }

  /** A client key. */
  static ClientKey key(String text) {
    if (text.equals("ip")) {
      return ClientKey.ADDRESS;
    }
    if (text.equals("path")) {
      return new ClientKey(ClientKey.Source.PATH, "");
    }
    int colon = text.indexOf(':');
    String source = colon < 0 ? "" : text.substring(0, colon);
    String name = text.substring(colon + 1);
    if (source.equals("header") && Headers.isToken(name)) {
      return new ClientKey(ClientKey.Source.HEADER, name.toLowerCase(Locale.ROOT));
    }
    if (source.equals("cookie") && Headers.isToken(name)) {
      return new ClientKey(ClientKey.Source.COOKIE, name);
    }
    if (source.equals("query") && !name.isEmpty()) {
      return new ClientKey(ClientKey.Source.QUERY, name);
    }
    throw new IllegalArgumentException("expected ip, path, header:Name, cookie:name or query:name");
  }

  /** With the shares of the service's groups. */
  BalancePolicy compile(Map<String, Integer> groups) {
    return new BalancePolicy(
        algorithm,
        algorithm == Balance.IP_HASH ? ClientKey.ADDRESS : key,
        slowStart,
        algorithm == Balance.LEAST_REPORTED ? reports.compile() : null,
        groups);
  }
}
