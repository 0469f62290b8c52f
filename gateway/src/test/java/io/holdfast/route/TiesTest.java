package io.holdfast.route;

import static io.holdfast.route.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TiesTest {

  @ParameterizedTest
  @CsvSource({
    "/a, /a, true",
    "/**, /**, true",
    "/a/*, /b/*, false",
    "/a/*, /a/b, false",
    "/*/b, /*/c, false",
    "/*/b, /*/b, true",
    "/**/a/**, /**/b/**, true",
    "/**/a, /**/b, false",
    "/a/**, /a/*, false",
    "/a, /a/, false",
  })
  void ofTheSameHost(String one, String other, boolean tie) {
    Route first = route("first", List.of("a.org"), one);
    Route second = route("second", List.of("b.org", "a.org"), other);

    assertThat(Ties.among(List.of(first, second)))
        .isEqualTo(tie ? List.of(new Ties.Tie(first, second)) : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "a.org, a.org, true",
    "a.org, b.org, false",
    "a.org, *.org, false",
    "*.org, *.org, true",
    "*.org, *.a.org, false",
  })
  void ofTheSamePath(String one, String other, boolean tie) {
    assertThat(
            Ties.among(List.of(route("1", List.of(one), "/a"), route("2", List.of(other), "/a"))))
        .hasSize(tie ? 1 : 0);
  }

  @Test
  void anExactHostAndAnyHostDoNotTie() {
    assertThat(Ties.among(List.of(route("1", List.of("a.org"), "/a"), route("2", List.of(), "/a"))))
        .isEmpty();
  }

  @Test
  void conditionsThatExcludeEachOtherDoNotTie() {
    Map<String, String> none = Map.of();

    assertThat(ties(Map.of("X", "1"), none, Map.of("x", "2"), none)).isFalse();
    assertThat(ties(Map.of("X", "1"), none, Map.of("x", "1"), none)).isTrue();
    assertThat(ties(Map.of("X", "1"), none, Map.of("Y", "2"), none)).isTrue();
    assertThat(ties(none, Map.of("v", "1"), none, Map.of("v", "2"))).isFalse();
    assertThat(ties(none, Map.of("v", "1"), none, Map.of("V", "2"))).isTrue();
    assertThat(ties(Map.of("X", "1"), none, none, Map.of("v", "1"))).isTrue();
    assertThat(ties(Map.of("X", "1"), none, none, none)).isFalse();
  }

  @Test
  void overlapAgreesWithTryingPaths() {
    long seed = Long.getLong("holdfast.seed", new Random().nextLong());
    Random random = new Random(seed);
    List<String> paths = new ArrayList<>(List.of(""));
    for (int from = 0, depth = 0; depth < 6; depth++) {
      int to = paths.size();
      for (; from < to; from++) {
        for (String segment : List.of("/a", "/b", "/")) {
          paths.add(paths.get(from) + segment);
        }
      }
    }
    paths.removeFirst();
    List<String> segments = List.of("a", "b", "", "*", "**");
    for (int round = 0; round < 500; round++) {
      PathPattern one = pattern(random, segments);
      PathPattern other = pattern(random, segments);

      boolean found = paths.stream().anyMatch(path -> one.matches(path) && other.matches(path));

      // Two patterns of up to three segments that overlap do so on a path of up to six.
      assertThat(Ties.overlap(one, other))
          .as("seed %d: %s and %s", seed, one, other)
          .isEqualTo(found);
    }
  }

  @Test
  void aTieIsWithTheFirstOfMany() {
    Route first = route("first", List.of(), "/a", Map.of("X", "1"), Map.of());
    Route second = route("second", List.of(), "/a", Map.of(), Map.of("v", "1"));
    Route third = route("third", List.of(), "/a", Map.of(), Map.of("v", "1"));

    assertThat(Ties.among(List.of(first, second, third)))
        .containsExactly(new Ties.Tie(first, second), new Ties.Tie(first, third));
  }

  @ParameterizedTest
  @CsvSource({"/tenant%d/**, ''", "/*/room%d, ''", "/*/room%d/**/x, ''", "/ws, X-Tenant"})
  void manyRoutesAreCheckedFast(String path, String header) {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Map<String, String> headers = header.isEmpty() ? Map.of() : Map.of(header, "t" + i);
      routes.add(route("r" + i, List.of("one.example.com"), path.formatted(i), headers, Map.of()));
    }

    long start = System.nanoTime();
    assertThat(Ties.among(routes)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  private static boolean ties(
      Map<String, String> headers,
      Map<String, String> query,
      Map<String, String> otherHeaders,
      Map<String, String> otherQuery) {
    Route one = route("1", List.of(), "/a", headers, query);
    Route other = route("2", List.of(), "/a", otherHeaders, otherQuery);
    return !Ties.among(List.of(one, other)).isEmpty();
  }

  private static PathPattern pattern(Random random, List<String> segments) {
    StringBuilder pattern = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      pattern.append('/').append(segments.get(random.nextInt(segments.size())));
    }
    return PathPattern.parse(pattern.toString());
  }
}
