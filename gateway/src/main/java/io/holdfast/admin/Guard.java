package io.holdfast.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the admin listener. With a token, those who know it. Without one (then it is bound to
 * loopback), every program of this machine, but no web page: a page of another origin is told by
 * {@code Origin}, and one that got a name of its own to point here (DNS rebinding) by {@code Host}.
 */
final class Guard {

  /** Probes of orchestrators carry no token, and learn nothing here. */
  private static final Set<String> OPEN = Set.of("/healthz", "/readyz");

  private static final String SCHEME = "bearer ";
  private static final Pattern LOOPBACK =
      Pattern.compile("(.+\\.)?localhost\\.?|127(\\.\\d{1,3}){3}|\\[?::1\\]?");

  private final String host;
  private final byte @Nullable [] token;

  /**
   * @param host what the listener is bound to, without brackets
   * @param token null if none is asked for
   */
  Guard(String host, @Nullable String token) {
    this.host = host.toLowerCase(Locale.ROOT);
    this.token = token == null ? null : digest(token);
  }

  /** The refusal, or null if the call may go on. */
  @Nullable Reply check(Call call) {
    if (OPEN.contains(call.path())) {
      return null;
    }
    byte[] expected = token;
    if (expected == null) {
      return checkOrigin(call);
    }
    String authorization = call.header("Authorization");
    if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return unauthorized("This needs a token: Authorization: Bearer ...", "");
    }
    // Digests have one length, so the time taken tells neither the token nor its length.
    String given = authorization.substring(SCHEME.length()).strip();
    return MessageDigest.isEqual(expected, digest(given))
        ? null
        : unauthorized("The token is wrong.", ", error=\"invalid_token\"");
  }

  private @Nullable Reply checkOrigin(Call call) {
    String called = call.header("Host");
    if (called == null || !local(called)) {
      return Reply.error(
          403,
          "Host is not a name of this machine's loopback; set a token to use the admin listener by"
              + " another name.");
    }
    String origin = call.header("Origin");
    if (origin != null && !origin.equalsIgnoreCase("http://" + called)) {
      return Reply.error(403, "Requests from web pages of another origin are refused.");
    }
    return null;
  }

  private boolean local(String called) {
    String name = called.toLowerCase(Locale.ROOT).replaceFirst(":\\d*$", "");
    return LOOPBACK.matcher(name).matches() || name.equals(host) || name.equals("[" + host + "]");
  }

  private static Reply unauthorized(String error, String detail) {
    return Reply.error(401, error)
        .with(Map.of("WWW-Authenticate", "Bearer realm=\"holdfast\"" + detail));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
