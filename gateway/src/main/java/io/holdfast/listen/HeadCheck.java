package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Whether a request's head can be trusted to mean the same to everybody (RFC 9112). */
final class HeadCheck {
  /** Of a host name, beside letters and digits (RFC 3986 section 3.2.2). */
  private static final String NAME = "._~%!$&'()*+,;=-";

  private static final int PORT_DIGITS = 5;

  private HeadCheck() {}

  /** Null when nothing is wrong. All that is wrong ends the connection too. */
  static @Nullable Refusal check(HttpRequest head, Limits limits) {
    DecoderResult result = head.decoderResult();
    if (result.isFailure()) {
      return malformed(result.cause());
    }
    HttpHeaders headers = head.headers();
    if (headers.size() > limits.headers() || size(head) > limits.headBytes()) {
      return Refusal.of(431, "head_too_big", "The request's header section is too big.");
    }
    if (!head.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return Refusal.of(505, "bad_version", "HTTP/1.1 and HTTP/1.0 are spoken here.");
    }
    if (head.method().equals(HttpMethod.CONNECT) || head.method().equals(HttpMethod.TRACE)) {
      return Refusal.of(405, "bad_method", "This method is not served here.");
    }
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    boolean needed = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
    // RFC 9112 section 3.2: exactly one Host.
    if (hosts.size() > 1
        || (needed && hosts.isEmpty())
        || (!hosts.isEmpty() && !isHost(hosts.get(0)))) {
      return Refusal.of(400, "bad_host", "A request has exactly one valid Host.");
    }
    if (!isVisible(head.uri())) {
      return Refusal.of(
          400, "bad_target", "The request's target has characters that need escapes.");
    }
    return transferEncoding(head);
  }

  /**
   * Whether {@code value} can stand in a {@code Host} (RFC 9110 section 7.2): a name or an IPv6
   * address in brackets, and perhaps a port. By hand, since every request is asked.
   */
  static boolean isHost(String value) {
    int end = 0;
    if (value.startsWith("[")) {
      end = value.indexOf(']') + 1;
      if (end <= "[]".length() || !all(value, 1, end - 1, HeadCheck::isOfAddress)) {
        return false;
      }
    } else {
      while (end < value.length() && isOfName(value.charAt(end))) {
        end++;
      }
    }
    return end == value.length()
        || (value.charAt(end) == ':'
            && value.length() - end - 1 <= PORT_DIGITS
            && all(value, end + 1, value.length(), HeadCheck::isDigit));
  }

  private static boolean all(String value, int from, int to, IntPredicate allowed) {
    for (int i = from; i < to; i++) {
      if (!allowed.test(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfName(int c) {
    return isDigit(c) || ('a' <= (c | 0x20) && (c | 0x20) <= 'z') || NAME.indexOf(c) >= 0;
  }

  private static boolean isOfAddress(int c) {
    return isDigit(c) || ('a' <= (c | 0x20) && (c | 0x20) <= 'f') || c == ':' || c == '.';
  }

  private static boolean isDigit(int c) {
    return '0' <= c && c <= '9';
  }

  /** RFC 3986 section 2: everything else is percent-encoded, and backends read it differently. */
  private static boolean isVisible(String target) {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Refusal transferEncoding(HttpRequest head) {
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return bodyOfDraft(head);
    }
    // RFC 9112 section 6.1: HTTP/1.0 does not know it, and a body must end in a way that we know.
    if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)
        || head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      return Refusal.of(400, "bad_framing", "The request's length is given in two ways.");
    }
    if (codings.size() != 1 || !codings.get(0).strip().equalsIgnoreCase("chunked")) {
      return Refusal.of(501, "bad_coding", "Of transfer codings only chunked is known here.");
    }
    return null;
  }

  /** Netty reads eight bytes behind the head of a draft of WebSocket that nobody else knows. */
  private static @Nullable Refusal bodyOfDraft(HttpRequest head) {
    return !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
            && HttpUtil.getContentLength(head, 0L) != 0
        ? Refusal.of(400, "bad_framing", "The request's length is not given.")
        : null;
  }

  private static Refusal malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.of(414, "target_too_long", "The request's target is too long.");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.of(431, "head_too_big", "The request's header section is too big.");
    }
    return Refusal.of(400, "malformed", "The request is not well-formed HTTP.");
  }

  private static int size(HttpRequest head) {
    int size = head.method().name().length() + head.uri().length() + " HTTP/1.1  ".length();
    for (Map.Entry<String, String> header : head.headers()) {
      size += header.getKey().length() + header.getValue().length() + ": \r\n".length();
    }
    return size;
  }
}
