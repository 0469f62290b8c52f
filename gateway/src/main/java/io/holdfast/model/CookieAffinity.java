package io.holdfast.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed cookie of ours that brings a client back to its backend.
 *
 * @param name of the cookie
 * @param path requests below it carry the cookie
 * @param domain whose hosts get the cookie; null for the host that set it alone
 * @param sameSite whether requests of other sites carry it
 * @param crossOrigin whether a second one is set for pages of other sites that embed this one
 * @param maxAge how long the promise holds; renewed when less than half is left
 * @param secret what signs it; null for one of the process, which the state folder may keep
 * @param oldSecrets what signed it before: still believed, and then signed anew
 */
public record CookieAffinity(
    String name,
    String path,
    @Nullable String domain,
    SameSite sameSite,
    boolean crossOrigin,
    Duration maxAge,
    @Nullable String secret,
    List<String> oldSecrets)
    implements AffinityPolicy.Kind {

  /** The {@code SameSite} attribute. */
  public enum SameSite {
    /** Also when a link leads here. */
    LAX("Lax"),
    /** Only this site's own. */
    STRICT("Strict"),
    /** All; browsers want TLS for it. */
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }

    /** As the cookie has it. */
    public String text() {
      return text;
    }
  }

  public CookieAffinity {
    oldSecrets = List.copyOf(oldSecrets);
  }

  /** With defaults for all but these. */
  public static CookieAffinity of(String name, Duration maxAge, @Nullable String secret) {
    return new CookieAffinity(name, "/", null, SameSite.LAX, false, maxAge, secret, List.of());
  }

  /** Name of the second cookie. */
  public String crossOriginName() {
    return name + "_X";
  }
}
