package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each way to ask for a reload, and what it brings and takes away, seen from outside. */
class ReloadIT {
  private static final String SHORT = "timeouts: { close: 300ms }\ndrain: { deadline: 1s }";

  private static String config(String listeners, String route, String backend) {
    return """
    listeners: [%s]
    routes:
      - { name: main, match: { path: /main/** }, service: s }
    %s
    services:
      s: { %s, backends: [ "%s" ] }
    """
        .formatted(listeners, route, SHORT.replace('\n', ','), backend);
  }

  private static String plain(String path, String backend) {
    return config(
        "{ bind: '127.0.0.1:0' }",
        "  - { name: more, match: { path: " + path + " }, service: s }",
        backend);
  }

  /** 101 where a route leads to the backend, 404 where none does. */
  private static int answer(int port, String path) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      client.write(RawClient.upgrade(path));
      return client.readHead().status();
    }
  }

  private static Child reload(GatewayProcess gateway) throws IOException {
    return Child.holdfast(
        "reload", Map.of(), List.of("reload", "--admin", gateway.admin("").toString()));
  }

  @Test
  void aGoodFileComesIntoForceBySignal() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(plain("/old", backend.url()))) {
      int port = gateway.port();
      assertThat(answer(port, "/new")).isEqualTo(404);

      gateway.rewrite(plain("/new", backend.url()));
      gateway.signal(Signal.HUP);

      Soon.await().until(() -> answer(port, "/new") == 101);
      assertThat(answer(port, "/old")).isEqualTo(404);
      gateway.log().await("reload: SIGHUP");
    }
  }

  @Test
  void aGoodFileComesIntoForceByItsChangeAlone() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(plain("/old", backend.url()))) {
      int port = gateway.port();

      gateway.rewrite(plain("/new", backend.url()));

      Soon.await().until(() -> answer(port, "/new") == 101);
      assertThat(answer(port, "/old")).isEqualTo(404);
      gateway.log().await("the file has changed");
    }
  }

  @Test
  void theCommandSaysWhetherTheFileIsInForce() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(plain("/old", backend.url()))) {
      int port = gateway.port();
      gateway.rewrite(plain("/new", backend.url()));
      try (Child command = reload(gateway)) {
        assertThat(command.exitCode()).as("%s", command.log().lines()).isZero();
        assertThat(command.log().lines()).anyMatch(line -> line.startsWith("Reloaded"));
      }
      assertThat(answer(port, "/new")).isEqualTo(101);

      gateway.rewrite(plain("/newer", backend.url()) + "surprise: true\n");
      try (Child command = reload(gateway)) {
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.log().lines())
            .anyMatch(line -> line.contains("holdfast.yaml:7:1: surprise: unknown key"))
            .contains("The configuration was refused; the old one stays in force.");
      }
      assertThat(answer(port, "/new")).isEqualTo(101);
      assertThat(answer(port, "/newer")).isEqualTo(404);
    }
  }

  @Test
  void listenersComeAndGoAndTheirRelaysStay() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(config("{ bind: '127.0.0.1:0' }", "", backend.url()))) {
      int first = gateway.port();
      RawClient early = RawClient.webSocket(first, "/main/a");
      int second = FreePort.take();

      gateway.rewrite(config("{ bind: '127.0.0.1:%d' }".formatted(second), "", backend.url()));
      assertThat(gateway.reload()).isEqualTo(200);

      assertThat(answer(second, "/main/a")).isEqualTo(101);
      Soon.await().until(() -> RawClient.isRefused(first));
      assertPasses(early, backend);
      early.close();
    }
  }

  @Test
  void relaysOfARemovedRouteEndWith1012AndOthersStay() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(plain("/gone", backend.url()));
        RawClient stays = RawClient.webSocket(gateway.port(), "/main/a");
        RawClient goes = RawClient.webSocket(gateway.port(), "/gone")) {
      gateway.rewrite(config("{ bind: '127.0.0.1:0' }", "", backend.url()));
      assertThat(gateway.reload()).isEqualTo(200);

      assertThat(goes.readClose().closeCode()).isEqualTo(1012);
      Soon.await().until(() -> gateway.metric("holdfast_relays_active") == 1);
      assertThat(answer(gateway.port(), "/gone")).isEqualTo(404);
      assertPasses(stays, backend);
    }
  }

  private static void assertPasses(RawClient client, RawBackend backend) throws IOException {
    int before = backend.received().length();
    client.write(RawFrame.text("still here"));
    Soon.await().until(() -> backend.received().length() > before);
  }

  @Test
  void aTokenThatLeakedIsWorthNothingAfterAReload() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.full("admin: { token: leaked-token-1 }", "", "", backend.url()))) {
      assertThat(status(gateway, "leaked-token-1")).isEqualTo(200);
      gateway.rewrite(Config.full("admin: { token: fresh-token-22 }", "", "", backend.url()));
      gateway.signal(Signal.HUP);
      gateway.log().await("change admin token");
      assertThat(status(gateway, "leaked-token-1")).isEqualTo(401);
      assertThat(status(gateway, "fresh-token-22")).isEqualTo(200);
    }
  }

  private static int status(GatewayProcess gateway, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.admin("/api/v1/services"))
            .header("Authorization", "Bearer " + token)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
