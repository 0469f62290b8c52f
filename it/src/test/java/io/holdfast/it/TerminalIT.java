package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What commands show at a terminal while things go on: a bar that grows, steps as they come. */
final class TerminalIT {
  private static final int CONNECTIONS = 40;
  private static final Pattern BAR = Pattern.compile("\\[(#*)-*] .*: (\\d+) of 40 to go");

  private static String config(EchoBackend blue, EchoBackend green) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        groups: { blue: { share: 100 }, green: { share: 0 } }
        deploy: { bake: 3s, verify: { minSamples: 0 } }
        backends:
          - { url: "%s", group: blue }
          - { url: "%s", group: green }
    """
        .formatted(blue.url(), green.url());
  }

  private static List<MatchResult> bars(Child command) {
    return command.log().lines().stream().flatMap(line -> BAR.matcher(line).results()).toList();
  }

  @Test
  void theBarOfADrainGrows() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (EchoBackend blue = EchoBackend.start();
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(blue, green))) {
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(RawClient.webSocket(gateway.port(), "/"));
      }
      String address = "127.0.0.1:" + blue.port();
      try (Child drain = gateway.commandAtTerminal("drain", address, "--rate", "5", "--wait")) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() ->
                bars(drain).stream().map(bar -> bar.group(1).length()).distinct().count() > 2);
        assertThat(drain.alive()).as("it was shown while it ran").isTrue();
        assertThat(drain.exitCode()).as(drain.log().tail()).isZero();
        List<MatchResult> bars = bars(drain);
        assertThat(bars)
            .isSortedAccordingTo(
                (one, two) -> Integer.compare(one.group(1).length(), two.group(1).length()));
        assertThat(bars.getLast().group(1)).hasSize(16);
        assertThat(bars.getLast().group(2)).isEqualTo("0");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void theStepsOfADeployAreShownAsTheyCome() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(blue, green));
        Child deploy =
            gateway.commandAtTerminal("deploy", "chat", "green", "--steps", "50%,100%", "--yes")) {
      deploy.log().await("group green gets 50 % of new clients");
      deploy.log().await("baking: ");
      assertThat(deploy.log().matching(".*100 % of new clients")).as("before its time").isEmpty();
      deploy.log().await("group green gets 100 % of new clients");
      assertThat(deploy.alive()).isTrue();
      assertThat(deploy.exitCode()).as(deploy.log().tail()).isZero();
      assertThat(deploy.log().matching(".*group green has all clients.*")).isNotEmpty();
    }
  }
}
