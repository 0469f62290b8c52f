package io.holdfast.lifecycle.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.model.DeployPolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of things; what they do is shown with real backends elsewhere. */
final class DeployTest {
  private static final DeployPolicy.Verify VERIFY = new DeployPolicy.Verify(10, 0.1, 0.1, 0);

  private final ScriptedFleet fleet = new ScriptedFleet();
  private final List<String> phases = new CopyOnWriteArrayList<>();
  private final List<String> news = new CopyOnWriteArrayList<>();
  private volatile String detail = "";

  /** Of a phase with this name nothing can be told. */
  private volatile String deaf = "none";

  /** Called with each line of news, before it is noted. */
  private volatile Consumer<String> onNews = _ -> {};

  private final Deploy deploy = deploy(Map.of("blue", 60, "red", 20, "green", 0));

  private Deploy deploy(Map<String, Integer> before) {
    return deploy(before, new DeployPolicy.Verify(0, 0, 0, 0), Pace.AT_ONCE);
  }

  private Deploy deploy(Map<String, Integer> before, DeployPolicy.Verify verify, Pace pace) {
    DeployPolicy.Commands commands = new DeployPolicy.Commands("start it", "stop it");
    DeployPolicy policy =
        new DeployPolicy(
            List.of(0.5, 1.0),
            Duration.ZERO,
            null,
            Duration.ZERO,
            verify,
            Map.of("blue", commands, "red", commands, "green", commands));
    return new Deploy(
        new DeployPlan("green", before, policy, pace),
        fleet,
        new Deploy.Listener() {
          @Override
          public void onPhase(Phase phase) {
            phases.add(phase.word());
            if (phase.word().equals(deaf)) {
              throw new IllegalStateException("cannot hear of " + deaf);
            }
          }

          @Override
          public void onNews(String line) {
            onNews.accept(line);
            news.add(line);
          }

          @Override
          public void onDetail(String words) {
            detail = words;
          }
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
  @CsvSource({"starting", "baking", "draining", "done"})
  void whoCannotBeToldStopsNothing(String phase) throws Exception {
    deaf = phase;
    assertThat(deploy.run(new Phase.Starting())).isEqualTo(new Phase.Done());
    assertThat(fleet.calls).endsWith("stop blue", "stop red");
  }

  @ParameterizedTest
  @CsvSource({"start", "unwell", "smoke", "admit green", "shift {blue=375"})
  void whateverFailsIsTakenBack(String fails) throws Exception {
    fleet.fails = fails;
    assertThat(deploy.run(new Phase.Starting())).isInstanceOf(Phase.RolledBack.class);
    assertThat(phases).endsWith("rolling_back", "rolled_back");
    assertThat(fleet.calls)
        .endsWith("shift {blue=60, green=0, red=20} for good", "drain green", "stop green");
    assertThat(fleet.calls)
        .as("what operators have said of them")
        .doesNotContain("admit blue", "admit red");
    assertThat(fleet.calls).doesNotContain("stop blue", "stop red");
  }

  @ParameterizedTest
  @CsvSource({"start", "smoke", "admit green", "shift {blue=0, green=1000, red=0}", "drain blue"})
  void aFaultOfOursIsTakenBackToo(String fails) throws Exception {
    fleet.faulty = true;
    fleet.fails = fails;
    Phase end = deploy.run(new Phase.Starting());
    assertThat(end).isInstanceOf(Phase.RolledBack.class);
    assertThat(((Phase.RolledBack) end).why())
        .startsWith("it failed for a reason that the gateway's log tells: ")
        .contains(fails);
    assertThat(fleet.calls).contains("shift {blue=60, green=0, red=20} for good", "stop green");
  }

  @Test
  void aFaultOfOursInARollbackKeepsNothingElseFromBeingDone() throws Exception {
    fleet.faulty = true;
    fleet.fails = "admit blue";
    assertThat(deploy.run(new Phase.RollingBack("for a test", true)))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(fleet.calls).contains("admit red", "stop green");
  }

  @Test
  void whatWasDrainedIsAdmittedAgain() throws Exception {
    fleet.fails = "drain red";
    assertThat(deploy.run(new Phase.Starting())).isInstanceOf(Phase.RolledBack.class);
    assertThat(fleet.calls)
        .endsWith(
            "shift {blue=60, green=0, red=20} for good",
            "admit blue",
            "admit red",
            "drain green",
            "stop green");
  }

  @Test
  void whatFailsInARollbackKeepsNothingElseFromBeingDone() throws Exception {
    fleet.fails = "admit blue";
    assertThat(deploy.run(new Phase.RollingBack("for a test", true)))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(fleet.calls)
        .contains("shift {blue=60, green=0, red=20} for good", "admit red", "stop green");
  }

  @Test
  void aGroupThatNobodyCouldReplaceKeepsItsClients() throws Exception {
    fleet.fails = "shift {blue=60";
    fleet.needed = "no other group has a share of new clients";
    assertThat(deploy.run(new Phase.RollingBack("for a test", true)))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(fleet.calls)
        .containsExactly("shift {blue=60, green=0, red=20} for good", "admit blue", "admit red");
    assertThat(news)
        .contains(
            "group green is neither drained nor stopped: no other group has a share of new"
                + " clients");
  }

  @Test
  void aRollbackTakesNobodyToWhereNobodyAnswers() throws Exception {
    fleet.dead.addAll(List.of("blue", "red"));
    assertThat(deploy.run(new Phase.RollingBack("for a test", true)))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(fleet.calls)
        .containsExactly(
            "shift {blue=375, green=500, red=125} for good", "admit blue", "admit red");
    assertThat(news).contains("group green keeps its clients: no backend of another group answers");

    fleet.dead.add("green");
    deploy(Map.of("blue", 60, "red", 20, "green", 0))
        .run(new Phase.RollingBack("for a test", true));
    assertThat(fleet.calls).as("green is dead, too").endsWith("drain green", "stop green");
    fleet.dead.removeAll(List.of("red", "green"));
    deploy(Map.of("blue", 60, "red", 20, "green", 0))
        .run(new Phase.RollingBack("for a test", true));
    assertThat(fleet.calls).endsWith("admit blue", "admit red", "drain green", "stop green");
  }

  @Test
  void aGroupThatHasNotServedYetIsTakenBackThoughNobodyElseAnswers() throws Exception {
    fleet.dead.addAll(List.of("blue", "red"));
    fleet.fails = "smoke green";
    assertThat(deploy.run(new Phase.Starting()))
        .isEqualTo(new Phase.RolledBack("smoke green fails"));
    assertThat(fleet.calls)
        .endsWith("shift {blue=60, green=0, red=20} for good", "drain green", "stop green");
  }

  @Test
  void aCanaryWithoutOthersKeepsWhatItHas() throws Exception {
    fleet.fails = "drain blue";
    fleet.dead.add("blue");
    deploy(Map.of("blue", 90, "green", 10)).run(new Phase.Starting());
    assertThat(fleet.calls).endsWith("shift {blue=90, green=10} for good", "admit blue");
    assertThat(news).contains("group green keeps its clients: no backend of another group answers");
  }

  @Test
  void aGroupThatAReloadHasGivenClientsIsNotStopped() throws Exception {
    fleet.needed = "a reload has given it a share";
    assertThat(deploy.run(new Phase.Stopping())).isEqualTo(new Phase.Done());
    assertThat(fleet.calls).isEmpty();
    assertThat(news)
        .containsExactly(
            "group blue is not stopped: a reload has given it a share",
            "group red is not stopped: a reload has given it a share");
  }

  @Test
  void aGroupThatHadClientsBeforeKeepsAsManyAsItsShare() throws Exception {
    fleet.fails = "drain blue";
    Deploy canary = deploy(Map.of("blue", 90, "green", 10));
    canary.run(new Phase.Starting());
    assertThat(fleet.calls)
        .endsWith("shift {blue=90, green=10} for good", "admit blue", "spread green")
        .doesNotContain("drain green", "stop green");
  }

  @Test
  void aGroupThatHadClientsBeforeAndGotNoRelaysFromOthersIsLeftAsItIs() throws Exception {
    fleet.fails = "smoke green";
    deploy(Map.of("blue", 90, "green", 10)).run(new Phase.Starting());
    assertThat(fleet.calls).endsWith("shift {blue=90, green=10} for good");
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
  void anAbortAfterTheLastWaitTakesBackToTheEnd() throws Exception {
    onNews =
        line -> {
          if (line.startsWith("group red: 5 relays moved")) {
            assertThat(deploy.abort("just in time")).isTrue();
          }
        };
    fleet.slowToEmpty = "green";
    assertThat(runs().get()).isEqualTo(new Phase.RolledBack("just in time"));
    assertThat(fleet.calls).endsWith("admit blue", "admit red", "drain green", "stop green");
  }

  @Test
  void anAbortBetweenAFailureAndItsRollbackChangesNothing() throws Exception {
    fleet.fails = "start green";
    fleet.onCall =
        call -> {
          if (call.equals("start green")) {
            assertThat(deploy.abort("no more")).isTrue();
          }
        };
    fleet.slowToEmpty = "green";
    assertThat(runs().get()).isEqualTo(new Phase.RolledBack("start green fails"));
    assertThat(fleet.calls).endsWith("drain green", "stop green");
  }

  @Test
  void anAbortBeforeItBeginsLetsNothingBegin() throws Exception {
    assertThat(deploy.abort("never mind")).isTrue();
    assertThat(deploy.run(new Phase.Starting())).isEqualTo(new Phase.RolledBack("never mind"));
    assertThat(fleet.calls).doesNotContain("start green");
  }

  @Test
  void whatIsCompletedAfterARestartCannotBeAborted() throws Exception {
    fleet.onCall = _ -> assertThat(deploy.abort("too late")).isFalse();
    assertThat(deploy.run(new Phase.Stopping())).isEqualTo(new Phase.Done());
    assertThat(fleet.calls).containsExactly("stop blue", "stop red");
  }

  @Test
  void noGroupIsStoppedWhileItServesSomebody() throws Exception {
    Deploy patient =
        deploy(
            Map.of("blue", 1, "green", 0),
            new DeployPolicy.Verify(0, 0, 0, 0),
            new Pace(Duration.ofMinutes(1), OptionalDouble.empty()));
    fleet.loads.put("blue", new AtomicInteger(2));
    CompletableFuture<Phase> end = runs(patient);
    await().until(() -> detail.startsWith("waits for group blue: it still has 2 "));
    assertThat(fleet.calls).doesNotContain("stop blue");
    fleet.loads.clear();
    assertThat(end.get()).isEqualTo(new Phase.Done());
    assertThat(fleet.calls).endsWith("stop blue");
  }

  @Test
  void aGroupThatServesSomebodyForEverIsNotStopped() throws Exception {
    fleet.loads.put("blue", new AtomicInteger(2));
    assertThat(deploy.run(new Phase.Stopping())).isEqualTo(new Phase.Done());
    assertThat(news)
        .contains("group blue is not stopped: it still has 2 relays, handshakes or requests");
    assertThat(fleet.calls).containsExactly("stop red");
  }

  @Test
  void aRollbackStopsNothingThatServesSomebody() throws Exception {
    fleet.loads.put("green", new AtomicInteger(3));
    assertThat(deploy.run(new Phase.RollingBack("for a test", true)))
        .isEqualTo(new Phase.RolledBack("for a test"));
    assertThat(news)
        .contains("group green is not stopped: it still has 3 relays, handshakes or requests");
    assertThat(fleet.calls).doesNotContain("stop green");
  }

  @Test
  void aStepWaitsUntilThereIsEnoughToJudgeBy() throws Exception {
    CompletableFuture<Phase> end =
        runs(deploy(Map.of("blue", 1, "green", 0), VERIFY, Pace.AT_ONCE));
    await().until(() -> detail.equals("0 handshakes, and waits for 10"));
    greenAnswers(9);
    await().until(() -> detail.equals("9 handshakes, and waits for 10"));
    assertThat(phases).containsOnlyOnce("baking");
    greenAnswers(1);
    await().until(() -> detail.equals("0 handshakes, and waits for 10"));
    assertThat(Collections.frequency(phases, "baking")).as("each step has its own").isEqualTo(2);
    greenAnswers(10);
    assertThat(end.get()).isEqualTo(new Phase.Done());
  }

  @Test
  void relaysThatBreakOffAtGreenFailTheStep() throws Exception {
    CompletableFuture<Phase> end =
        runs(deploy(Map.of("blue", 1, "green", 0), VERIFY, Pace.AT_ONCE));
    await().until(() -> phases.contains("baking"));
    await().until(() -> detail.equals("0 handshakes, and waits for 10"));
    for (int i = 0; i < 8; i++) {
      fleet.backend("green").tally().end(i < 2);
    }
    greenAnswers(10);
    assertThat(end.get())
        .isEqualTo(
            new Phase.RolledBack(
                "group green does worse: relays that break off: 25.0 %; with the others 0.0 %"));
    assertThat(fleet.calls)
        .contains("shift {blue=1, green=0} for good")
        .doesNotContain("drain blue");
  }

  private void greenAnswers(int handshakes) {
    for (int i = 0; i < handshakes; i++) {
      fleet.backend("green").tally().handshake(true);
    }
  }

  @Test
  void anInterruptLeavesItWhereItIs() throws Exception {
    fleet.drained = Progress.State.RUNNING;
    CompletableFuture<Phase> end = new CompletableFuture<>();
    Thread thread = Thread.ofVirtual().start(() -> run(deploy, end));
    fleet.draining.await();
    thread.interrupt();
    assertThatThrownBy(end::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(phases).endsWith("draining");
  }

  private CompletableFuture<Phase> runs() {
    return runs(deploy);
  }

  private static CompletableFuture<Phase> runs(Deploy one) {
    CompletableFuture<Phase> end = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> run(one, end));
    return end;
  }

  private static void run(Deploy one, CompletableFuture<Phase> end) {
    try {
      end.complete(one.run(new Phase.Starting()));
    } catch (InterruptedException | RuntimeException | AssertionError e) {
      end.completeExceptionally(e);
    }
  }
}
