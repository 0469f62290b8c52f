package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.CookieAffinity;
import org.jspecify.annotations.Nullable;

/** {@code affinity} of a service. */
record AffinityConfig(
    @Option(
            value =
                "A signed cookie of ours. `cookie: {}` turns it on with its defaults. Socket.IO"
                    + " needs it, since its polling requests must all reach one backend.",
            otherwise = "no cookie")
        @Nullable CookieConfig cookie) {

  static AffinityConfig read(Section in) {
    return new AffinityConfig(in.optionalSection("cookie", CookieConfig::read));
  }

  @Nullable CookieAffinity compile(String service) {
    return cookie == null ? null : cookie.compile(service);
  }
}
