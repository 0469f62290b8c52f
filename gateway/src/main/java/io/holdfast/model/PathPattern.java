package io.holdfast.model;

import java.util.Arrays;
import java.util.List;

/**
 * A pattern over the segments of a path: {@code *} is one segment, {@code **} any number, also
 * none. {@code /**} is everything.
 *
 * @param segments what stands between the slashes
 */
public record PathPattern(List<String> segments) implements Comparable<PathPattern> {

  /** Matches every path. */
  public static final PathPattern EVERYTHING = parse("/**");

  public PathPattern {
    segments = List.copyOf(segments);
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException when it does not start with a slash, or a star stands beside
   *     other characters in one segment
   */
  public static PathPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("expected a path that starts with /");
    }
    List<String> segments = Arrays.asList(text.substring(1).split("/", -1));
    for (String segment : segments) {
      if (segment.indexOf('*') >= 0 && !segment.equals("*") && !segment.equals("**")) {
        throw new IllegalArgumentException(
            "expected * or ** as a whole segment, as in /ws/*/room or /ws/**");
      }
      if (segment.indexOf('?') >= 0 || segment.indexOf('#') >= 0) {
        throw new IllegalArgumentException("expected a path without query or fragment");
      }
    }
    return new PathPattern(segments);
  }

  /** Whether {@code path} (starts with a slash, without query) matches. */
  public boolean matches(String path) {
    return matches(0, path, 1);
  }

  private boolean matches(int index, String path, int from) {
    boolean pathEnded = from > path.length();
    if (index == segments.size()) {
      return pathEnded;
    }
    String segment = segments.get(index);
    if (segment.equals("**")) {
      if (index == segments.size() - 1) {
        return true;
      }
      for (int at = from; at <= path.length() + 1; at = next(path, at)) {
        if (matches(index + 1, path, at)) {
          return true;
        }
      }
      return false;
    }
    if (pathEnded) {
      return false;
    }
    int end = next(path, from) - 1;
    boolean same =
        segment.equals("*")
            ? end > from
            : end - from == segment.length() && path.startsWith(segment, from);
    return same && matches(index + 1, path, end + 1);
  }

  /** Where the segment after the one at {@code from} starts; past the end by one after the last. */
  private static int next(String path, int from) {
    if (from > path.length()) {
      return from + 1;
    }
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() + 1 : slash + 1;
  }

  /**
   * More specific patterns come first. Segment by segment a literal beats {@code *}, which beats
   * {@code **}; a pattern that ends beats one that goes on.
   */
  @Override
  public int compareTo(PathPattern other) {
    int length = Math.max(segments.size(), other.segments.size());
    for (int i = 0; i < length; i++) {
      int difference = rank(i) - other.rank(i);
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private int rank(int index) {
    if (index >= segments.size()) {
      return 0;
    }
    return switch (segments.get(index)) {
      case "**" -> 3;
      case "*" -> 2;
      default -> 1;
    };
  }

  @Override
  public String toString() {
    return "/" + String.join("/", segments);
  }
}
