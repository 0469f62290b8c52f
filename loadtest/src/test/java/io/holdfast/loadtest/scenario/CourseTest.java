package io.holdfast.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CourseTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Course course =
      new Course(
          ScenarioFile.parse(
              "s",
              """
              users: { every: 5s }
              stages:
                - { name: up, users: 100, for: 10s }
                - { name: full, for: 2500ms, rate: 50/s }
                - { name: down, users: 0, for: 4s }
              """));

  @Test
  void usersComeAndGoGradually() {
    assertThat(course.at(0)).isEqualTo(new Course.Moment(0, 0, 5 * SECOND));
    assertThat(course.at(5 * SECOND).users()).isEqualTo(50);
    assertThat(course.at(10 * SECOND)).isEqualTo(new Course.Moment(1, 100, 2 * SECOND));
    assertThat(course.at(14_500_000_000L)).isEqualTo(new Course.Moment(2, 50, 5 * SECOND));
    assertThat(course.at(60 * SECOND)).isEqualTo(new Course.Moment(2, 0, 5 * SECOND));
  }

  @Test
  void itIsLookedAtEachSecondAndBetweenStages() {
    assertThat(course.length()).isEqualTo(16_500_000_000L);
    assertThat(course.looks())
        .hasSize(18)
        .startsWith(SECOND, 2 * SECOND)
        .contains(12_500_000_000L)
        .endsWith(16 * SECOND, 16_500_000_000L);
  }
}
