package io.holdfast.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the request's path changes on the way to the backend; the query is never touched. First
 * {@code replacePath} or {@code stripPrefix}, then {@code addPrefix}.
 *
 * @param stripPrefix removed from the front where it stands there as whole segments, however the
 *     client escaped them; in the form that routes match, without a slash at its end; null for none
 * @param addPrefix put in front; null for none
 * @param replacePath stands for the whole path; null to keep it
 */
public record Rewrite(
    @Nullable String stripPrefix, @Nullable String addPrefix, @Nullable String replacePath) {

  /** Changes nothing. */
  public static final Rewrite NONE = new Rewrite(null, null, null);

  /**
   * The path and query that the backend sees.
   *
   * @param target in origin form, with two hex digits behind each percent sign of its path
   */
  public String apply(String target) {
    if (this.equals(NONE)) {
      return target;
    }
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark);
    if (replacePath != null) {
      path = replacePath;
    } else if (stripPrefix != null) {
      path = strip(path, stripPrefix);
    }
    if (addPrefix != null) {
      path = addPrefix + path;
    }
    return (path.isEmpty() ? "/" : path) + query;
  }

  /** What stands behind {@code prefix}; all of the path where it does not begin so. */
  private static String strip(String path, String prefix) {
    int at = 0;
    for (int compared = 0; compared < prefix.length(); ) {
      if (at == path.length()) {
        return path;
      }
      int length = path.charAt(at) == '%' ? 3 : 1;
      String next = normal(path.substring(at, at + length));
      if (!prefix.startsWith(next, compared)) {
        return path;
      }
      at += length;
      compared += next.length();
    }
    return at == path.length() || path.charAt(at) == '/' ? path.substring(at) : path;
  }

  /** One character as routes match it: an escape only where it must be one, and in upper case. */
  private static String normal(String character) {
    if (character.length() == 1) {
      return character;
    }
    String decoded = Character.toString(Integer.parseInt(character, 1, 3, 16));
    return decoded.matches("[A-Za-z0-9._~-]") ? decoded : character.toUpperCase(Locale.ROOT);
  }
}
