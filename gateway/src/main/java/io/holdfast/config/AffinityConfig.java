package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.ClientKey;
import io.holdfast.model.HashAffinity;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code affinity} of a service. */
record AffinityConfig(
    @Option(
            value =
                "A signed cookie of ours. `cookie: {}` turns it on with its defaults. Socket.IO"
                    + " needs affinity, since its polling requests must all reach one backend.",
            otherwise = "no cookie of ours")
        @Nullable CookieConfig cookie,
    @Option(
            value =
                "A cookie that backends set, such as that of their session: who comes with it goes"
                    + " to the backend that set it.",
            otherwise = "backends' cookies do not matter")
        @Nullable AppCookieConfig appCookie,
    @Option(
            value = "A table of what tells clients apart, and of the backend each had.",
            otherwise = "no table")
        @Nullable KeyAffinityConfig key,
    @Option(
            value =
                "What tells clients apart, as in `key`: its hash leads to a backend, and nothing is"
                    + " remembered. A request without it goes by `balance`.",
            otherwise = "no hash")
        @Nullable ClientKey hash,
    @Option(
            "What is done when the backend of a client takes no work: `rebind`, it gets another"
                + " one for good; `fail`, it gets 503 with `Retry-After`. One that drains never"
                + " keeps its clients.")
        AffinityPolicy.Unhealthy unhealthy) {

  static AffinityConfig read(Section in) {
    Value appCookie = in.find("appCookie");
    Value key = in.find("key");
    AffinityConfig affinity =
        new AffinityConfig(
            in.optionalSection("cookie", CookieConfig::read),
            appCookie == null ? null : AppCookieConfig.read(appCookie),
            key == null ? null : KeyAffinityConfig.read(key),
            in.optional("hash", BalanceConfig::key),
            in.value("unhealthy", "rebind", Parsers.oneOf(AffinityPolicy.Unhealthy.class)));
    long kinds = affinity.kinds().count();
    if (kinds > 1) {
      in.error(null, "has more than one kind; expected one of cookie, appCookie, key, hash");
    } else if (kinds == 0 && in.find("unhealthy") != null) {
      in.error("unhealthy", "has no use alone; expected cookie, appCookie, key or hash beside it");
    }
    return affinity;
  }

  private Stream<Object> kinds() {
    return Stream.<@Nullable Object>of(cookie, appCookie, key, hash).filter(Objects::nonNull);
  }

  @Nullable AffinityPolicy compile(String service) {
    AffinityPolicy.Kind kind =
        cookie != null
            ? cookie.compile(service)
            : appCookie != null
                ? appCookie.compile()
                : key != null ? key.compile() : hash != null ? new HashAffinity(hash) : null;
    return kind == null ? null : new AffinityPolicy(kind, unhealthy);
  }
}
