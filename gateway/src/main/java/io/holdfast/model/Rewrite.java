package io.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * How the request's path changes on the way to the backend; the query is never touched. First
 * {@code replacePath} or {@code stripPrefix}, then {@code addPrefix}.
 *
 * @param stripPrefix removed from the front where it stands there as whole segments; null for none
 * @param addPrefix put in front; null for none
 * @param replacePath stands for the whole path; null to keep it
 */
public record Rewrite(
    @Nullable String stripPrefix, @Nullable String addPrefix, @Nullable String replacePath) {

  /** Changes nothing. */
  public static final Rewrite NONE = new Rewrite(null, null, null);

  /** The path and query that the backend sees for {@code target} (origin form). */
  public String apply(String target) {
    if (this.equals(NONE)) {
      return target;
    }
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark);
    if (replacePath != null) {
      path = replacePath;
    } else if (stripPrefix != null && startsWithSegments(path, stripPrefix)) {
      path = path.substring(stripPrefix.length());
    }
    if (!path.startsWith("/")) {
      path = "/" + path;
    }
    if (addPrefix != null) {
      path = path.equals("/") ? addPrefix : addPrefix + path;
    }
    return path + query;
  }

  private static boolean startsWithSegments(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }
}
