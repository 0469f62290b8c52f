package io.holdfast.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.CookieAffinity;
import java.time.Duration;
import java.util.List;
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
    @Option("Requests below this path carry the cookie.") String path,
    @Option(
            value = "Whose hosts get the cookie, such as `example.com`.",
            otherwise = "the host that set it, alone")
        @Nullable String domain,
    @Option(
            "Whether requests that come from other sites carry it: `lax` with links, `strict` never,"
                + " `none` always, for which browsers want TLS.")
        CookieAffinity.SameSite sameSite,
    @Option(
            "Whether a second cookie (the name and `_X`; `SameSite=None; Secure; Partitioned`) is"
                + " set over TLS, for pages of other sites that embed this one.")
        boolean crossOrigin,
    @Option("How long the promise holds; it is renewed when less than half is left.")
        Duration maxAge,
    @Option(
            value =
                "What signs the cookie, at least 16 characters; the same on every gateway. Best"
                    + " taken from the environment.",
            otherwise =
                "made once and kept in the `state` folder; without one, promises end with the process")
        @Nullable String secret,
    @Option(
            value =
                "What signed cookies before: they are still believed, and signed anew. To change"
                    + " the secret, move the old one here for as long as `maxAge`.",
            otherwise = "none")
        List<String> oldSecrets) {

  private static final int SHORTEST_SECRET = 16;

  static CookieConfig read(Section in) {
    return new CookieConfig(
        in.optional("name", CookieConfig::name),
        in.value("path", "/", CookieConfig::path),
        in.optional("domain", CookieConfig::domain),
        in.value("sameSite", "lax", Parsers.oneOf(CookieAffinity.SameSite.class)),
        in.value("crossOrigin", "false", Parsers::flag),
        in.value("maxAge", "24h", Parsers::duration),
        in.secret("secret", CookieConfig::secret),
        in.secretList("oldSecrets", CookieConfig::secret));
  }

  /** RFC 6265 section 4.1.1. */
  static String name(String text) {
    if (Headers.isToken(text)) {
      return text;
    }
    throw new IllegalArgumentException("expected a cookie name such as HOLDFAST");
  }

  /** RFC 6265 section 4.1.1: no control characters and no semicolon. */
  private static String path(String text) {
    if (text.matches("/[!-:<-~]*")) {
      return text;
    }
    throw new IllegalArgumentException("expected a path such as /ws");
  }

  private static String domain(String text) {
    if (text.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
      return text;
    }
    throw new IllegalArgumentException("expected a domain such as example.com");
  }

  private static String secret(String text) {
    if (text.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "expected at least " + SHORTEST_SECRET + " characters that nobody can guess");
    }
    return text;
  }

  CookieAffinity compile(String service) {
    return new CookieAffinity(
        name == null ? nameFor(service) : name,
        path,
        domain,
        sameSite,
        crossOrigin,
        maxAge,
        secret,
        oldSecrets);
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
