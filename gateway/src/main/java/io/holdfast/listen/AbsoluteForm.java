package io.holdfast.listen;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Locale;

/**
 * Targets with scheme and host, as clients write them to a proxy. A server must accept them, and
 * the target's host stands for whatever {@code Host} says (RFC 9112 section 3.2.2).
 */
final class AbsoluteForm {
  private static final String PLAIN = "http://";
  private static final String SECURE = "https://";

  private AbsoluteForm() {}

  /**
   * Turns the target into its origin form and gives {@code Host} the target's authority. Leaves
   * alone what is in another form already, and what is to be refused.
   */
  static void resolve(HttpRequest head) {
    String target = head.uri();
    int authority = authority(target);
    if (authority < 0 || head.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
      return;
    }
    int end = authority;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    String host = target.substring(authority, end);
    if (host.isEmpty() || !HeadCheck.isHost(host)) {
      return;
    }
    String rest = target.substring(end);
    head.setUri(rest.startsWith("/") ? rest : "/" + rest);
    head.headers().set(HttpHeaderNames.HOST, host);
  }

  /** Where the authority of an HTTP URI begins; -1 for other targets. */
  private static int authority(String target) {
    if (target.startsWith("/")) {
      return -1;
    }
    int most = Math.min(target.length(), SECURE.length());
    String begin = target.substring(0, most).toLowerCase(Locale.ROOT);
    if (begin.startsWith(PLAIN)) {
      return PLAIN.length();
    }
    return begin.equals(SECURE) ? SECURE.length() : -1;
  }
}
