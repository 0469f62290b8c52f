package io.holdfast.lifecycle.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.model.DeployPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of things; what they do is shown with real backends elsewhere. */
final class DeployTest {
  private final ScriptedFleet fleet = new ScriptedFleet();
  private final List<String> phases = new CopyOnWriteArrayList<>();
  private final Deploy deploy = deploy(Map.of("blue", 60, "red", 20, "green", 0));

  private Deploy deploy(Map<String, Integer> before) {
    DeployPolicy policy =
        new DeployPolicy(
            List.of(0.5, 1.0),
            Duration.ZERO,
            null,
            Duration.ZERO,
            new DeployPolicy.Verify(0, 0, 0, 0),
            Map.of());
    return new Deploy(
        new DeployPlan("green", before, policy, Pace.AT_ONCE),
        fleet,
        new Deploy.Listener() {
          @Override
          public void onPhase(Phase phase) {
            phases.add(phase.word());
          }

          @Override
          public void onNews(String line) {}

          @Override
          public void onDetail(String detail) {}
        });
  }

  @Test
  void allGoesWell() throws Exception {
    assertThat(deploy.run(new Phase.Starting())).isEqualTo(new Phase.Done());
    assertThat(phases)
        .containsExactly(
            "starting", "waiting", "smoking", "baking", "baking", "draining", "stopping", "done");
    assertThat(fleet.calls)
        .containsExactly(
            "start green",
            "smoke green",
            "admit green",
            "shift {blue=375, green=500, red=125}",
            "shift {blue=0, green=1000, red=0}",
            "drain blue",
            "drain red",
            "shift {blue=0, green=1000, red=0} for good",
            "stop blue",
            "stop red");
    assertThat(deploy.abort("too late")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"start", "unwell", "smoke", "admit green", "shift {blue=375", "drain red"})
  void whateverFailsIsTakenBack(String fails) throws Exception {
    fleet.fails = fails;
    assertThat(deploy.run(new Phase.Starting())).isInstanceOf(Phase.RolledBack.class);
    assertThat(phases).endsWith("rolling_back", "rolled_back");
    assertThat(fleet.calls)
        .endsWith(
            "shift {blue=60, green=0, red=20} for good",
            "admit blue",
            "admit red",
            "drain green",
            "stop green");
    assertThat(fleet.calls).doesNotContain("stop blue", "stop red");
  }

  @Test
  void whatFailsInARollbackKeepsNothingElseFromBeingDone() throws Exception {
    fleet.fails = "admit blue";
    assertThat(deploy.run(new Phase.RollingBack("for a test")))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(fleet.calls)
        .contains("shift {blue=60, green=0, red=20} for good", "admit red", "stop green");
  }

  @Test
  void aGroupThatHadClientsBeforeKeepsThem() throws Exception {
    fleet.fails = "drain blue";
    Deploy canary = deploy(Map.of("blue", 90, "green", 10));
    canary.run(new Phase.Starting());
    assertThat(fleet.calls)
        .endsWith("shift {blue=90, green=10} for good", "admit blue")
        .doesNotContain("drain green", "stop green");
  }

  @Test
  void aStopThatFailsIsTold() throws Exception {
    fleet.fails = "stop blue";
    assertThat(deploy.run(new Phase.Starting())).isEqualTo(new Phase.Done());
    assertThat(fleet.calls).endsWith("stop blue", "stop red");
  }

  @Test
  void aGroupThatFailsInTheDrainStopsIt() throws Exception {
    fleet.drained = Progress.State.RUNNING;
    CompletableFuture<Phase> end = runs();
    fleet.draining.await();
    fleet.out = "backend green is ejected";
    assertThat(end.get()).isEqualTo(new Phase.RolledBack("backend green is ejected"));
    assertThat(fleet.calls).containsSubsequence("stop the drain of blue", "admit blue");
  }

  @Test
  void aDrainThatSomebodyStopsIsTakenBack() throws Exception {
    fleet.drained = Progress.State.STOPPED;
    assertThat(deploy.run(new Phase.Starting()))
        .isEqualTo(new Phase.RolledBack("the drain of group blue was stopped"));
  }

  @Test
  void anAbortTakesBack() throws Exception {
    fleet.drained = Progress.State.RUNNING;
    CompletableFuture<Phase> end = runs();
    fleet.draining.await();
    assertThat(deploy.abort("no more")).isTrue();
    assertThat(deploy.abort("again")).isFalse();
    assertThat(end.get()).isEqualTo(new Phase.RolledBack("no more"));
    assertThat(fleet.calls).containsSubsequence("stop the drain of blue", "admit blue");
  }

  @Test
  void anInterruptLeavesItWhereItIs() throws Exception {
    fleet.drained = Progress.State.RUNNING;
    CompletableFuture<Phase> end = new CompletableFuture<>();
    Thread thread = Thread.ofVirtual().start(() -> run(end));
    fleet.draining.await();
    thread.interrupt();
    assertThatThrownBy(end::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(phases).endsWith("draining");
  }

  private CompletableFuture<Phase> runs() {
    CompletableFuture<Phase> end = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> run(end));
    return end;
  }

  private void run(CompletableFuture<Phase> end) {
    try {
      end.complete(deploy.run(new Phase.Starting()));
    } catch (InterruptedException e) {
      end.completeExceptionally(e);
    }
  }
}
