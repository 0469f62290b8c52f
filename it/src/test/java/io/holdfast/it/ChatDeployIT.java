package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RedisServer;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chat is deployed again and again while its users talk. */
final class ChatDeployIT {
  private static final int DEPLOYS = 10;
  private static final int USERS = 60;

  @TempDir private Path folder;

  private String config(int blue, int green, String redis) throws IOException {
    Path start =
        Files.writeString(
            folder.resolve("start.sh"),
            """
            export HOST=127.0.0.1 NODE_NAME=$HOLDFAST_GROUP REDIS_URL=%s JAVA_OPTS=-Xmx128m
            %s/bin/holdfast chat --port $1 </dev/null &
            echo $! >%s/$HOLDFAST_GROUP.pid
            """
                .formatted(
                    redis, Objects.requireNonNull(System.getProperty("holdfast.home")), folder));
    String stop = "kill `cat %s/$HOLDFAST_GROUP.pid`".formatted(folder);
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        groups:
          blue: { share: 100, start: sh %s %d, stop: '%s' }
          green: { start: sh %s %d, stop: '%s' }
        deploy: { timeout: 20s, bake: off, verify: { minSamples: 0 } }
        drain: { deadline: 2s }
        migration: { mode: live, settle: { quiet: 50ms, atMost: 2s } }
        backends:
          - { url: "ws://127.0.0.1:%d", group: blue }
          - { url: "ws://127.0.0.1:%d", group: green }
    """
        .formatted(start, blue, stop, start, green, stop, blue, green);
  }

  private static void deploy(GatewayProcess gateway, String group) throws Exception {
    gateway.told(0, "deploy", "chat", group, "--yes", "--steps", "100%");
  }

  @Test
  void noUserNoticesTenDeploysInARow() throws Exception {
    Path scenario =
        Files.writeString(
            folder.resolve("talk.yaml"),
            """
            protocol: chat
            users: { room: 10, every: 2s }
            stages: [{ users: %d, for: 2s }, { for: 10m }]
            thresholds: { success: 100%%, errors: 0%% }
            """
                .formatted(USERS));
    try (RedisServer redis = RedisServer.start();
        GatewayProcess gateway =
            GatewayProcess.start(config(FreePort.take(), FreePort.take(), redis.uri()));
        // Whoever is first is deployed too, over a group that was never there.
        Child load = firstThenLoad(gateway, scenario)) {
      for (int i = 0; i < DEPLOYS; i++) {
        deploy(gateway, i % 2 == 0 ? "blue" : "green");
        int now = i % 2 == 0 ? 0 : 1;
        assertThat(gateway.services().at("/0/backends/" + now + "/relays").asInt())
            .isEqualTo(USERS);
      }
      load.signal(Signal.INT);
      load.exitCode();
      JsonNode result = JsonMapper.shared().readTree(load.log().lines().getLast());
      JsonNode total = result.path("total");
      assertThat(total.path("errors").isEmpty()).as(total.toString()).isTrue();
      assertThat(total.path("connects").asLong()).as(total.toString()).isEqualTo(USERS);
      assertThat(total.path("delivered").asLong())
          .as(total.toString())
          .isGreaterThan(5 * total.path("sent").asLong());
      assertThat(gateway.metric("holdfast_deploys_total", "outcome=\"done\""))
          .isEqualTo(DEPLOYS + 1.0);
      assertThat(gateway.metric("holdfast_moves_total", "resume=\"planned\""))
          .isGreaterThanOrEqualTo(DEPLOYS * USERS);
    } finally {
      for (String group : List.of("blue", "green")) {
        String pid = Files.readString(folder.resolve(group + ".pid")).strip();
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroy);
      }
    }
  }

  private static Child firstThenLoad(GatewayProcess gateway, Path scenario) throws Exception {
    deploy(gateway, "green");
    Child load =
        Child.holdfast(
            "loadtest",
            Map.of("JAVA_OPTS", "-Xmx128m"),
            List.of("loadtest", gateway.ws("/"), "--scenario", scenario.toString(), "--json"));
    Awaitility.await().until(() -> gateway.services().at("/0/backends/1/relays").asInt() == USERS);
    return load;
  }
}
