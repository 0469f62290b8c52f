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

  /**
   * Whether {@code path} (starts with a slash, without query) matches. Takes time in proportion to
   * the path's length times the pattern's at most, whatever a client sends.
   */
  public boolean matches(String path) {
    int index = 0;
    int at = 1;
    int openIndex = -1;
    int openAt = 0;
    // Only the newest ** needs to be tried with more segments: older ones gave all they must.
    while (at <= path.length() || index < segments.size()) {
      if (index < segments.size() && segments.get(index).equals("**")) {
        openIndex = index++;
        openAt = at;
        if (index == segments.size()) {
          return true;
        }
      } else if (index < segments.size() && segmentMatches(segments.get(index), path, at)) {
        index++;
        at = next(path, at);
      } else if (openIndex >= 0 && openAt <= path.length()) {
        openAt = next(path, openAt);
        at = openAt;
        index = openIndex + 1;
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean segmentMatches(String segment, String path, int from) {
    if (from > path.length()) {
      return false;
    }
    int end = next(path, from) - 1;
    return segment.equals("*")
        ? end > from
        : end - from == segment.length() && path.startsWith(segment, from);
  }

  /** Where the segment after the one at {@code from} starts; past the end by one after the last. */
  private static int next(String path, int from) {
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
