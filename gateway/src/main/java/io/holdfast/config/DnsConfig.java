package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Dns;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** {@code dns}. */
record DnsConfig(
    @Option(
            value =
                "Name servers, asked in this order: `10.0.0.53`, `127.0.0.1:5353` or `[::1]:5353`;"
                    + " without a port it is 53. Names are whole ones then: the system's search"
                    + " domains are for the system's servers.",
            otherwise = "those of the system (`/etc/resolv.conf`)")
        List<InetSocketAddress> servers,
    @Option(
            "For one answer of one server. Then the next one is asked, and each of them a second"
                + " time, all within the service's `timeouts.connect`.")
        Duration timeout,
    @Option(
            "The least that an answer holds, in whole seconds, whatever time to live its records"
                + " have. More spares the name servers.")
        Duration minTtl,
    @Option(
            value =
                "The most that an answer holds, in whole seconds. Less than the records' time to"
                    + " live notices changes sooner.",
            zero = "as long as the records say")
        Duration maxTtl,
    @Option(
            "Between two look-ups of the names of backends with `discover: dns`; at most once a second,"
                + " and however long their records live.")
        Duration refresh,
    @Option(
            value =
                "How long an address of such a name may be missing from the answers before its"
                    + " backend is drained; for name servers that tell some of the addresses"
                    + " only, now these and now those.",
            zero = "at once")
        Duration forget) {

  private static final int PORT = 53;

  static DnsConfig read(Section in) {
    DnsConfig dns =
        new DnsConfig(
            in.list("servers", DnsConfig::server),
            in.value("timeout", "2s", Parsers::duration),
            in.value("minTtl", "1s", text -> wholeSeconds(Parsers.duration(text))),
            in.value("maxTtl", "off", text -> wholeSeconds(Parsers.durationOrOff(text))),
            in.value("refresh", "5s", Parsers::duration),
            in.value("forget", "off", Parsers::durationOrOff));
    if (!dns.maxTtl.isZero() && dns.maxTtl.compareTo(dns.minTtl) < 0) {
      in.error("maxTtl", "expected no less than minTtl");
    }
    return dns;
  }

  private static InetSocketAddress server(String text) {
    String expected =
        "expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name";
    Address address = Address.parse(text, PORT, expected);
    String host = address.host();
    if (address.port() == 0 || !Address.isLiteral(host)) {
      throw new IllegalArgumentException(expected);
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(host), address.port());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  private static Duration wholeSeconds(Duration duration) {
    if (duration.toMillisPart() != 0) {
      throw new IllegalArgumentException("expected whole seconds such as 1s, 30s or 5m");
    }
    return duration;
  }

  Dns compile() {
    return new Dns(servers, timeout, minTtl, maxTtl, refresh, forget);
  }
}
