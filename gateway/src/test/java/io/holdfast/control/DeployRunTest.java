package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.deploy.DeployPlan;
import io.holdfast.lifecycle.deploy.Phase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of one deploy. */
final class DeployRunTest {
  private static final int TIMES = 500;

  @TempDir private Path folder;

  @Test
  void whoSeesThatItIsOverSeesItsLastLine() throws Exception {
    try (Gateway gateway = new Gateway(new StateFolder(folder), Gateway.chat(Map.of()))) {
      for (int i = 0; i < TIMES; i++) {
        DeployRun run = run(gateway);
        CompletableFuture<Void> end =
            CompletableFuture.runAsync(() -> run.onPhase(new Phase.RolledBack("of bad luck")));
        boolean ended;
        DeployStatus seen;
        do {
          ended = end.isDone();
          seen = run.status();
        } while (!seen.over() && !ended);
        end.join();
        assertThat(seen.over()).isTrue();
        assertThat(seen.log().getLast().text()).isEqualTo("rolled back: of bad luck");
      }
    }
  }

  private static DeployRun run(Gateway gateway) {
    ServiceFleet fleet = gateway.fleet();
    return new DeployRun(
        1,
        "chat",
        new DeployPlan("green", fleet.file(), fleet.policy(), Pace.AT_ONCE),
        fleet,
        Instant.EPOCH,
        List.of(new DeployStatus.Line(Instant.EPOCH, "before")),
        new Phase.Starting(),
        _ -> {});
  }
}
