package io.holdfast.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators say of a backend by {@code holdfast drain}, {@code up}, {@code down}, {@code
 * clear}.
 */
final class OverrideIT {
  @TempDir private Path state;

  private String config(EchoBackend one, EchoBackend two) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    state: %s
    routes: [{ service: chat }]
    services:
      chat:
        balance: round_robin
        affinity: { cookie: { name: STICKY } }
        drain: { deadline: 1s }
        backends: [%s, %s]
    """
        .formatted(state, one.url(), two.url());
  }

  private static String state(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/state").asString();
  }

  private static int relays(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/relays").asInt();
  }

  /** Shakes hands and returns the cookie that came, or the one that was sent. */
  private static RawHead shakeHands(RawClient client, String cookie) throws IOException {
    client.write(RawClient.upgrade("/", "Cookie: " + cookie));
    RawHead head = client.readHead();
    assertThat(head.status()).isEqualTo(101);
    return head;
  }

  @Test
  void aDrainEmptiesABackendAndHoldsOverReloadAndRestart() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start()) {
      String cookie;
      try (GatewayProcess gateway = GatewayProcess.start(config(one, two));
          RawClient client = RawClient.connect(gateway.port())) {
        String set = requireNonNull(shakeHands(client, "none=yet").header("set-cookie"));
        cookie = set.substring(0, set.indexOf(';'));
        int mine = relays(gateway, 0) == 1 ? 0 : 1;
        EchoBackend drained = mine == 0 ? one : two;

        assertThat(gateway.told(0, "drain", drained.url()))
            .isEqualTo("service chat: backend " + drained.url() + " is draining");
        assertThat(client.readClose().closeCode()).isEqualTo(1012);
        for (int i = 0; i < 4; i++) {
          RawClient.webSocket(gateway.port(), "/").close();
        }
        gateway.rewrite(config(one, two) + "    retries: 1\n");
        assertThat(gateway.reload()).isEqualTo(200);
        assertThat(state(gateway, mine)).isEqualTo("draining");
        await().until(() -> relays(gateway, mine) == 0);
      }
      try (GatewayProcess again = GatewayProcess.start(config(one, two));
          RawClient client = RawClient.connect(again.port())) {
        String first = state(again, 0);
        int mine = first.equals("draining") ? 0 : 1;
        assertThat(state(again, mine)).isEqualTo("draining");
        assertThat(state(again, 1 - mine)).isEqualTo("up");
        assertThat(shakeHands(client, cookie).header("set-cookie"))
            .as("a new promise in place of the one for the drained")
            .isNotNull();

        String address = (mine == 0 ? one : two).url();
        assertThat(again.told(0, "clear", address.substring("ws://".length())))
            .isEqualTo("service chat: backend " + address + " is up");
        try (RawClient back = RawClient.connect(again.port())) {
          assertThat(shakeHands(back, cookie).header("set-cookie"))
              .as("the secret has outlived the process, and so has the promise")
              .isNull();
          await().until(() -> relays(again, mine) == 1);
        }
      }
    }
  }

  @Test
  void downAndSoftDrainLeaveWhatIsThere() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(one, two));
        RawClient client = RawClient.connect(gateway.port())) {
      String set = requireNonNull(shakeHands(client, "none=yet").header("set-cookie"));
      String cookie = set.substring(0, set.indexOf(';'));
      int mine = relays(gateway, 0) == 1 ? 0 : 1;
      String address = (mine == 0 ? one : two).url();

      gateway.told(0, "drain", address, "--soft", "--service", "chat");
      try (RawClient back = RawClient.connect(gateway.port());
          RawClient fresh = RawClient.connect(gateway.port())) {
        assertThat(shakeHands(back, cookie).header("set-cookie")).isNull();
        shakeHands(fresh, "none=yet");
        await().until(() -> relays(gateway, mine) == 2 && relays(gateway, 1 - mine) == 1);
      }
      gateway.told(0, "down", address);
      assertThat(state(gateway, mine)).isEqualTo("down");
      assertThat(relays(gateway, mine)).isPositive();
      gateway.told(0, "up", address);
      assertThat(state(gateway, mine)).isEqualTo("up");

      assertThat(gateway.told(1, "drain", "ws://127.0.0.1:1"))
          .contains("There is no backend ws://127.0.0.1:1; /api/v1/services lists all.");
      assertThat(gateway.told(2, "drain")).contains("BACKEND");
    }
  }
}
