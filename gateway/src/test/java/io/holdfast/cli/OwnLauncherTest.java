package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.admin.NotNow;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnLauncherTest {
  private static final URI ADMIN = URI.create("http://127.0.0.1:9900");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --config h.yaml",
        "run --take-over --config h.yaml",
        "run --config h.yaml --take-over-from=http://127.0.0.1:1",
        "run --take-over-from http://127.0.0.1:1 --config h.yaml"
      })
  void whatIsStartedIsWhatRunsAndTakesOver(String args) throws Exception {
    assertThat(new OwnLauncher("/opt/bin/holdfast", 7, List.of(args.split(" ", -1))).command(ADMIN))
        .containsExactly(
            "/opt/bin/holdfast",
            "run",
            "--take-over-from",
            "http://127.0.0.1:9900",
            "--config",
            "h.yaml");
  }

  @Test
  void whatWasNotStartedByTheLauncherStartsNothing() {
    assertThatThrownBy(() -> new OwnLauncher(null, 7, List.of("run")).command(ADMIN))
        .isInstanceOf(NotNow.class)
        .hasMessage("This gateway was not started by bin/holdfast.");
  }

  @Test
  void aContainerEndsWithItsFirstProcess() {
    assertThatThrownBy(() -> new OwnLauncher("/bin/holdfast", 1, List.of("run")).command(ADMIN))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("is process 1 of its container");
  }
}
