package io.holdfast.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of a request's path that routes match on.
 *
 * <p>A path reaches the backend as the client wrote it (but for the route's own rewrite), and the
 * backend may read it more freely than we do. So that no spelling slips past a more specific route:
 *
 * <ul>
 *   <li>percent-encoded unreserved characters are decoded ({@code /%61dmin} is {@code /admin}, RFC
 *       3986 section 6.2.2.2); every other escape stays as it is, in upper case, so {@code %2F} is
 *       no slash;
 *   <li>a path with a dot segment, plain or encoded ({@code /a/../b}, {@code /a/%2e%2E/b}), with
 *       path parameters or not ({@code /a/..;x/b}), is refused: what it means would be up to each
 *       backend; so is one beside an escaped slash or a backslash ({@code /a/..%2Fb});
 *   <li>a percent sign without two hex digits is refused (RFC 3986 section 2.1), and so is {@code
 *       %00}, at which some backends end a path;
 *   <li>empty segments are kept: {@code //admin} is not {@code /admin}.
 * </ul>
 *
 * A refused path must be answered with 400.
 */
public final class RequestPath {
  /** What one backend or another takes for the end of a segment. */
  private static final List<String> SLASHES = List.of("/", "\\", "%2F", "%5C");

  private RequestPath() {}

  /**
   * The path of {@code target}, without its query, as routes match it.
   *
   * @param target in origin form (RFC 9112 section 3.2.1)
   * @return null when the request must be refused with 400
   */
  public static @Nullable String of(String target) {
    int mark = target.indexOf('?');
    String raw = mark < 0 ? target : target.substring(0, mark);
    if (!raw.startsWith("/") || raw.indexOf('#') >= 0) {
      return null;
    }
    String path = raw.indexOf('%') < 0 ? raw : decodeUnreserved(raw);
    return path == null || hasDotSegment(path) ? null : path;
  }

  private static @Nullable String decodeUnreserved(String raw) {
    StringBuilder path = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        path.append(c);
        continue;
      }
      int high = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) : -1;
      int low = i + 2 < raw.length() ? hex(raw.charAt(i + 2)) : -1;
      if (high < 0 || low < 0) {
        return null;
      }
      char decoded = (char) (high << 4 | low);
      if (decoded == 0) {
        return null;
      }
      if (isUnreserved(decoded)) {
        path.append(decoded);
      } else {
        path.append('%').append(upperHex(high)).append(upperHex(low));
      }
      i += 2;
    }
    return path.toString();
  }

  private static boolean hasDotSegment(String path) {
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      int end = path.startsWith("..", dot) ? dot + 2 : dot + 1;
      if (endsWithSlash(path, dot)
          && (end == path.length() || path.charAt(end) == ';' || startsWithSlash(path, end))) {
        return true;
      }
      dot = end - 1;
    }
    return false;
  }

  private static boolean endsWithSlash(String path, int end) {
    return SLASHES.stream().anyMatch(slash -> path.startsWith(slash, end - slash.length()));
  }

  private static boolean startsWithSlash(String path, int start) {
    return SLASHES.stream().anyMatch(slash -> path.startsWith(slash, start));
  }

  /** RFC 3986 section 2.3. */
  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /** Only ASCII digits, other than {@link Character#digit}. */
  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static char upperHex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }
}
