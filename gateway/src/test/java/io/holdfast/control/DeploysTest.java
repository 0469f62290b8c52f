package io.holdfast.control;

import static io.holdfast.control.Gateway.BLUE;
import static io.holdfast.control.Gateway.BLUE_TOO;
import static io.holdfast.control.Gateway.GREEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.balance.State;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Deploys over restarts of the gateway. */
final class DeploysTest {
  private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");
  private static final Map<String, Integer> FILE = Map.of("blue", 100, "green", 0);
  private static final DeployOrder TO_GREEN =
      new DeployOrder("chat", "green", null, null, null, null);

  @TempDir private Path folder;

  private StateFolder state() {
    return new StateFolder(folder.resolve("state"));
  }

  private Gateway start() throws Exception {
    return new Gateway(
        state(), Gateway.chat(Map.of("blue", touches("blue"), "green", touches("green"))));
  }

  private String touches(String group) {
    return "touch " + stopped(group);
  }

  private Path stopped(String group) {
    return folder.resolve(group + ".stopped");
  }

  private static DeployStatus deploy(long id, String phase, @Nullable Instant until) {
    return new DeployStatus(
        id,
        "chat",
        "green",
        List.of("blue"),
        FILE,
        FILE,
        phase,
        "",
        null,
        SINCE,
        until,
        List.of(new DeployStatus.Line(SINCE, phase)));
  }

  private void were(DeployStatus... before) {
    state().save("deploys", JsonMapper.shared().writeValueAsString(List.of(before)));
  }

  private static DeployStatus over(Gateway gateway) {
    await().until(() -> !gateway.deploys.running());
    return gateway.deploys.all().getLast();
  }

  @Test
  void nothingIsDeployedThatARestartCouldNotRollBack() throws Exception {
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      Path taken = folder.resolve("state");
      if (Files.exists(taken)) {
        Files.move(taken, folder.resolve("aside"));
      }
      Files.writeString(taken, "a file where the folder was");
      assertThat(gateway.deploys.start(TO_GREEN))
          .isInstanceOfSatisfying(
              DeployAnswer.Refused.class,
              refused ->
                  assertThat(refused.why()).startsWith("The state folder cannot be written"));
      assertThat(gateway.deploys.running()).isFalse();
    }
  }

  @Test
  void aDeployThatNothingOutlivesSaysSo() throws Exception {
    try (Gateway gateway = new Gateway(new StateFolder(null), Gateway.chat(Map.of()))) {
      gateway.deploys.restore();
      assertThat(gateway.deploys.start(TO_GREEN))
          .isInstanceOfSatisfying(
              DeployAnswer.Begun.class,
              begun ->
                  assertThat(begun.deploy().log().getFirst().text())
                      .startsWith("there is no state folder: "));
      gateway.deploys.abort("chat");
      over(gateway);
    }
  }

  @ParameterizedTest
  @CsvSource({"baking", "draining", "rolling_back"})
  void whatWasInTheMiddleIsRolledBack(String phase) throws Exception {
    try (Gateway before = start()) {
      before.control.groups().drain(before.service(), "blue", Pace.AT_ONCE);
      assertThat(before.live(BLUE).state()).isEqualTo(State.DRAINING);
    }
    were(deploy(7, phase, null));
    try (Gateway gateway = start()) {
      assertThat(gateway.live(BLUE).state()).as("who comes at once is served").isEqualTo(State.UP);
      gateway.deploys.restore();
      DeployStatus over = over(gateway);
      assertThat(over.phase()).isEqualTo("rolled_back");
      assertThat(over.why()).isEqualTo("the gateway was restarted in the middle of it");
      assertThat(over.id()).isEqualTo(7);
      assertThat(over.since()).isEqualTo(SINCE);
      assertThat(over.log().getFirst().text()).as("what was told before").isEqualTo(phase);
      assertThat(gateway.live(BLUE).state()).isEqualTo(State.UP);
      assertThat(gateway.live(BLUE_TOO).state()).isEqualTo(State.UP);
      assertThat(gateway.live(GREEN).state()).isEqualTo(State.DRAINING);
      assertThat(gateway.shares()).isEqualTo(Map.of("blue", 100, "green", 0));
      assertThat(stopped("green")).exists();
      assertThat(stopped("blue")).doesNotExist();
    }
  }

  @Test
  void whatTheFileSaysSinceHoldsWhenADeployIsTakenUp() throws Exception {
    were(deploy(7, "baking", null));
    Service edited = Gateway.chat(Map.of("green", touches("green")), 0, 100);
    try (Gateway gateway = new Gateway(state(), edited)) {
      gateway.deploys.restore();
      assertThat(over(gateway).phase()).isEqualTo("rolled_back");
      assertThat(gateway.shares()).isEqualTo(Map.of("blue", 0, "green", 100));
      assertThat(gateway.live(GREEN).state()).isEqualTo(State.UP);
      assertThat(stopped("green")).doesNotExist();
    }
  }

  @Test
  void aDeployOfAnOlderVersionIsTakenUpByTheFileAsItIs() throws Exception {
    String kept = JsonMapper.shared().writeValueAsString(List.of(deploy(7, "baking", null)));
    String older = kept.replaceFirst("\"file\":\\{[^}]*},", "");
    assertThat(older).doesNotContain("file");
    state().save("deploys", older);
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      assertThat(over(gateway).phase()).isEqualTo("rolled_back");
      assertThat(gateway.live(GREEN).state()).isEqualTo(State.DRAINING);
    }
  }

  @Test
  void whatWasStoppingIsCompleted() throws Exception {
    Map<String, Integer> now = Map.of("blue", 0, "green", 1000);
    try (Gateway before = start()) {
      before.control.groups().drain(before.service(), "blue", Pace.AT_ONCE);
      before.control.groups().shift("chat", FILE, now, true);
    }
    were(deploy(7, "stopping", null));
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      assertThat(over(gateway).phase()).isEqualTo("done");
      assertThat(gateway.live(BLUE).state()).isEqualTo(State.DRAINING);
      assertThat(gateway.live(GREEN).state()).isEqualTo(State.UP);
      assertThat(gateway.shares()).isEqualTo(now);
      assertThat(stopped("blue")).exists();
      assertThat(stopped("green")).doesNotExist();
    }
  }

  @Test
  void theHistoryOutlivesRestartsAndIdsGoOn() throws Exception {
    were(deploy(7, "done", SINCE), deploy(8, "draining", null));
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      over(gateway);
      assertThat(gateway.deploys.start(TO_GREEN))
          .isInstanceOfSatisfying(
              DeployAnswer.Begun.class, begun -> assertThat(begun.deploy().id()).isEqualTo(9));
      assertThat(gateway.deploys.abort("chat")).isNull();
      over(gateway);
    }
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      assertThat(gateway.deploys.running()).isFalse();
      assertThat(gateway.deploys.all()).extracting(DeployStatus::id).containsExactly(7L, 8L, 9L);
      assertThat(gateway.deploys.all())
          .extracting(DeployStatus::phase)
          .containsExactly("done", "rolled_back", "rolled_back");
    }
  }

  @Test
  void whoSeesThatOneIsOverMayBeginTheNext() throws Exception {
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.deploys.start(TO_GREEN)).isInstanceOf(DeployAnswer.Begun.class);
        assertThat(gateway.deploys.abort("chat")).isNull();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!gateway.deploys.all().getLast().over()) {
          assertThat(System.nanoTime() - end).isNegative();
        }
      }
    }
  }

  @Test
  void nothingIsDeployedBeforeTheHistoryIsRead() throws Exception {
    were(deploy(7, "done", SINCE));
    String history = Files.readString(folder.resolve("state/deploys"));
    try (Gateway gateway = start()) {
      assertThat(gateway.deploys.start(TO_GREEN))
          .isEqualTo(new DeployAnswer.Refused("The gateway is starting; ask in a moment."));
      assertThat(folder.resolve("state/deploys")).hasContent(history);
      gateway.deploys.restore();
      assertThat(gateway.deploys.start(TO_GREEN)).isInstanceOf(DeployAnswer.Begun.class);
    }
  }

  @Test
  void whatADrainThatIsTakenBackHasLeftIsRolledBack() throws Exception {
    try (Gateway gateway = start()) {
      gateway.deploys.restore();
      gateway.deploys.reopen();
      assertThat(gateway.deploys.start(TO_GREEN)).isInstanceOf(DeployAnswer.Begun.class);

      gateway.deploys.close();
      assertThat(gateway.deploys.start(TO_GREEN))
          .isEqualTo(new DeployAnswer.Refused("The gateway ends."));
      gateway.deploys.reopen();

      DeployStatus over = over(gateway);
      assertThat(over.id()).isEqualTo(1);
      assertThat(over.phase()).isEqualTo("rolled_back");
      assertThat(over.why()).isEqualTo("the gateway drained in the middle of it");
      assertThat(gateway.deploys.all()).hasSize(1);
      assertThat(gateway.deploys.start(TO_GREEN)).isInstanceOf(DeployAnswer.Begun.class);
      assertThat(gateway.deploys.abort("chat")).isNull();
      over(gateway);
    }
  }
}
