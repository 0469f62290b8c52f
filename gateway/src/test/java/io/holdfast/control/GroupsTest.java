package io.holdfast.control;

import static io.holdfast.control.Gateway.BLUE;
import static io.holdfast.control.Gateway.BLUE_TOO;
import static io.holdfast.control.Gateway.GREEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.deploy.DeployFailed;
import io.holdfast.model.Backend;
import io.netty.pkitesting.CertificateBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of shares and of operators' words when groups go and come. */
final class GroupsTest {
  private static final Map<String, Integer> FILE = Map.of("blue", 100, "green", 0);

  @TempDir private Path folder;

  private Gateway start() throws Exception {
    return new Gateway(new StateFolder(folder), Gateway.chat(Map.of()));
  }

  private static void say(Gateway gateway, Backend backend, Standing.Word word) {
    gateway.control.operator().override(backend.authority(), null, word, null);
  }

  private static Standing.Word word(Gateway gateway, Backend backend) {
    return gateway.live(backend).standing().override();
  }

  @ParameterizedTest
  @EnumSource
  void aGroupThatIsAdmittedAgainHasTheWordsOfBefore(Standing.Word before) throws Exception {
    try (Gateway gateway = start()) {
      say(gateway, BLUE, before);
      Groups groups = gateway.control.groups();
      groups.shift("chat", FILE, Map.of("blue", 0, "green", 1000), true);
      groups.drain(gateway.service(), "blue", Pace.AT_ONCE);
      groups.drain(gateway.service(), "blue", Pace.AT_ONCE);
      assertThat(word(gateway, BLUE)).isEqualTo(Standing.Word.DRAIN);
    }
    try (Gateway restarted = start()) {
      assertThat(word(restarted, BLUE_TOO)).isEqualTo(Standing.Word.DRAIN);
      restarted.control.groups().admit(restarted.service(), "blue");
      assertThat(word(restarted, BLUE)).isEqualTo(before);
      assertThat(restarted.live(BLUE_TOO).state()).isEqualTo(State.UP);
    }
    try (Gateway again = start()) {
      assertThat(word(again, BLUE)).isEqualTo(before);
    }
  }

  @Test
  void whatAnOperatorSaysOfOneBackendMeanwhileStays() throws Exception {
    try (Gateway gateway = start()) {
      Groups groups = gateway.control.groups();
      groups.drain(gateway.service(), "blue", Pace.AT_ONCE);
      say(gateway, BLUE, Standing.Word.DRAIN);
      say(gateway, GREEN, Standing.Word.DOWN);
      groups.admit(gateway.service(), "blue");
      groups.admit(gateway.service(), "green");
      assertThat(word(gateway, BLUE)).isEqualTo(Standing.Word.DRAIN);
      assertThat(word(gateway, BLUE_TOO)).isEqualTo(Standing.Word.NONE);
      assertThat(word(gateway, GREEN)).isEqualTo(Standing.Word.DOWN);
    }
  }

  @Test
  void thereIsSomebodyForNewClientsAllTheTimeWhenAGroupGetsItsShareBack() throws Exception {
    Map<String, Integer> now = Map.of("blue", 0, "green", 1000);
    try (Gateway gateway = start()) {
      Groups groups = gateway.control.groups();
      groups.shift("chat", FILE, now, true);
      groups.drain(gateway.service(), "blue", Pace.AT_ONCE);
      List<Map<String, Integer>> shares = new CopyOnWriteArrayList<>();
      gateway.listen((_, _, to, _) -> {
        if (to == State.UP) {
          shares.add(gateway.shares());
        }
      });
      assertThat(groups.shift("chat", FILE, FILE, true, List.of("blue"))).isTrue();
      assertThat(shares).as("when blue's backends are back").containsExactly(now, now);
      assertThat(gateway.shares()).isEqualTo(FILE);
    }
    try (Gateway restarted = start()) {
      assertThat(word(restarted, BLUE)).isEqualTo(Standing.Word.NONE);
    }
  }

  @Test
  void nothingChangesAnyMoreWhenTheGatewayEnds() throws Exception {
    try (Gateway gateway = start()) {
      Groups groups = gateway.control.groups();
      gateway.control.close();
      assertThatThrownBy(() -> groups.drain(gateway.service(), "blue", Pace.AT_ONCE))
          .isInstanceOf(DeployFailed.class);
      assertThatThrownBy(() -> groups.admit(gateway.service(), "blue"))
          .isInstanceOf(DeployFailed.class);
      assertThat(groups.shift("chat", FILE, Map.of("blue", 0, "green", 100), true)).isFalse();
      assertThat(word(gateway, BLUE)).isEqualTo(Standing.Word.NONE);
      assertThat(gateway.shares()).isEqualTo(FILE);
    }
    assertThat(folder.resolve("shares")).doesNotExist();
  }

  @Test
  void sharesOfADeployDoNotComeBackWithTheFileOfBefore() throws Exception {
    Map<String, Integer> now = Map.of("blue", 0, "green", 1000);
    try (Gateway gateway = start();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      gateway.control.groups().shift("chat", FILE, now, true);
      assertThat(gateway.reload(Gateway.chat(50, 50), taken.getLocalPort()))
          .isInstanceOf(ReloadOutcome.Refused.class);
      gateway.reload(Gateway.chat(100, 0), 0);
      assertThat(gateway.shares()).as("what was refused has forgotten nothing").isEqualTo(now);

      gateway.reload(Gateway.chat(50, 50), 0);
      gateway.reload(Gateway.chat(100, 0), 0);
      assertThat(gateway.shares()).isEqualTo(FILE);
    }
    try (Gateway restarted = start()) {
      assertThat(restarted.shares()).isEqualTo(FILE);
    }
  }

  @Test
  void aGroupThatTheFileGivesClientsIsNotLeftDrained() throws Exception {
    Map<String, Integer> now = Map.of("blue", 0, "green", 1000);
    try (Gateway gateway = start()) {
      Groups groups = gateway.control.groups();
      groups.shift("chat", FILE, now, true);
      groups.drain(gateway.service(), "blue", Pace.AT_ONCE);
      gateway.reload(Gateway.chat(100, 0), 0);
      assertThat(word(gateway, BLUE)).as("as after the deploy").isEqualTo(Standing.Word.DRAIN);
      gateway.reload(Gateway.chat(100, 1), 0);
      assertThat(word(gateway, BLUE)).isEqualTo(Standing.Word.NONE);

      say(gateway, BLUE, Standing.Word.DRAIN);
      gateway.reload(Gateway.chat(99, 1), 0);
      assertThat(word(gateway, BLUE)).as("an operator's own").isEqualTo(Standing.Word.DRAIN);
    }
    try (Gateway restarted = start()) {
      assertThat(word(restarted, BLUE_TOO)).isEqualTo(Standing.Word.NONE);
    }
  }

  @Test
  void sharesComeIntoForceThoughAuthoritiesCannotBeReadAnew() throws Exception {
    Path authorities = folder.resolve("ca.pem");
    Files.writeString(
        authorities,
        new CertificateBuilder()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned()
            .getCertificatePEM());
    Map<String, Integer> half = Map.of("blue", 500, "green", 500);
    try (Gateway gateway = new Gateway(new StateFolder(null), Gateway.secure(authorities))) {
      Files.delete(authorities);
      assertThat(gateway.control.groups().shift("chat", FILE, half, true)).isTrue();
      assertThat(gateway.shares()).isEqualTo(half);
    }
  }
}
