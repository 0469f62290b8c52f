package io.holdfast.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.CookieAffinity;
import java.time.Duration;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** {@code cookie} of a service's {@code affinity}. */
record CookieConfig(
    @Option(
            value = "Name of the cookie.",
            otherwise =
                "`HOLDFAST_` and a short hash of the service's name, so that two services on one"
                    + " host do not overwrite each other's")
        @Nullable String name,
    @Option("How long the promise holds; it is renewed when less than half is left.")
        Duration maxAge,
    @Option(
            value =
                "What signs the cookie, at least 16 characters; the same on every gateway. Best"
                    + " taken from the environment.",
            otherwise =
                "made once and kept in the `state` folder; without one, promises end with the process")
        @Nullable String secret) {

  private static final int SHORTEST_SECRET = 16;

  static CookieConfig read(Section in) {
    return new CookieConfig(
        in.optional("name", CookieConfig::name),
        in.value("maxAge", "24h", Parsers::duration),
        in.secret("secret", CookieConfig::secret));
  }

  /** RFC 6265 section 4.1.1. */
  private static String name(String text) {
    if (Headers.isToken(text)) {
      return text;
    }
    throw new IllegalArgumentException("expected a cookie name such as HOLDFAST");
  }

  private static String secret(String text) {
    if (text.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "expected at least " + SHORTEST_SECRET + " characters that nobody can guess");
    }
    return text;
  }

  CookieAffinity compile(String service) {
    return new CookieAffinity(name == null ? nameFor(service) : name, maxAge, secret);
  }

  /** Only needs to differ between services, so a checksum is enough of a hash. */
  private static String nameFor(String service) {
    CRC32 hash = new CRC32();
    hash.update(service.getBytes(UTF_8));
    return "HOLDFAST_%08x".formatted(hash.getValue());
  }

  /** Without the secret, so that it gets into no log. */
  @Override
  public String toString() {
    return "CookieConfig[name=%s, maxAge=%s]".formatted(name, maxAge);
  }
}
