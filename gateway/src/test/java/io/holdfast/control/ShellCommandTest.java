package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.lifecycle.deploy.DeployFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShellCommandTest {
  private final List<String> printed = new CopyOnWriteArrayList<>();

  private ShellCommand command(String text, Duration timeout) {
    return new ShellCommand(
        "the start command of group green",
        text,
        Map.of("WHO", "green"),
        timeout.toNanos(),
        printed::add);
  }

  private ShellCommand command(String text) {
    return command(text, Duration.ofSeconds(20));
  }

  @Test
  void whatItPrintsIsToldLineByLine() throws Exception {
    command("echo one; echo \"two $WHO\" >&2; printf three").run();
    assertThat(printed).containsExactly("one", "two green", "three");
  }

  @Test
  void aFailureTellsNothingOfItsText() {
    assertThatThrownBy(command("echo said; exit 7 # S3CRET")::run)
        .isInstanceOf(DeployFailed.class)
        .hasMessage("the start command of group green failed with exit code 7");
    assertThat(printed).containsExactly("said");
  }

  @Test
  void oneThatTakesTooLongIsKilledWithAllThatItStarted(@TempDir Path folder) throws Exception {
    Path pid = folder.resolve("pid");
    String text = "sleep 300 & echo $! > " + pid + "; wait";
    assertThatThrownBy(command(text, Duration.ofSeconds(1))::run)
        .hasMessage("the start command of group green has not ended in 1 s");
    long child = Long.parseLong(Files.readString(pid).strip());
    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void whatItLeavesRunningPrintsOnWhenNobodyReads(@TempDir Path folder) throws Exception {
    Path go = folder.resolve("go");
    Path alive = folder.resolve("alive");
    // A shell, which ends at a failing write as most programs do.
    String server =
        "set -e; while ! test -e %s; do sleep 0.01; done; echo a; echo b; echo c; : > %s"
            .formatted(go, alive);
    command("(" + server + ") & echo started").run();
    assertThat(printed).hasSize(2).first().isEqualTo("started");
    Path file = Path.of(printed.get(1).replaceAll(".* prints to (\\S+) from now on\\)", "$1"));
    try {
      Files.createFile(go);
      await().until(() -> Files.exists(alive));
      assertThat(Files.readAllLines(file)).containsExactly("started", "a", "b", "c");
    } finally {
      Files.delete(file);
    }
  }
}
