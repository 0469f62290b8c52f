package io.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "/**, /, true",
    "/**, /a/b, true",
    "/ws/**, /ws, true",
    "/ws/**, /ws/, true",
    "/ws/**, /wsx, false",
    "/ws/*, /ws/a, true",
    "/ws/*, /ws/, false",
    "/ws/*, /ws/a/b, false",
    "/**/end, /a/end/b/end, true",
    "/**/end, /a/end/b, false",
    "/a/**/b/**/c, /a/b/x/b/c, true",
    "/a/**/b/**/c, /a/x/c, false",
    "/, /, true",
    "/, /a, false",
    "/a/, /a, false",
  })
  void matches(String pattern, String path, boolean expected) {
    assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void agreesWithRegularExpressions() {
    long seed = Long.getLong("holdfast.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      PathPattern pattern = PathPattern.parse(path(random, List.of("a", "b", "", "*", "**")));
      String path = path(random, List.of("a", "b", ""));

      String regex =
          pattern.segments().stream()
              .map(segment ->
                  switch (segment) {
                    case "**" -> "(?:/[^/]*)*";
                    case "*" -> "/[^/]+";
                    default -> "/" + Pattern.quote(segment);
                  })
              .collect(Collectors.joining());
      assertThat(pattern.matches(path))
          .as("seed %d: %s on %s", seed, pattern, path)
          .isEqualTo(path.matches(regex));
    }
  }

  private static String path(Random random, List<String> segments) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      path.append('/').append(segments.get(random.nextInt(segments.size())));
    }
    return path.toString();
  }
}
