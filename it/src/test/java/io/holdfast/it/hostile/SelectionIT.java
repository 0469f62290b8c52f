package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every algorithm and every kind of affinity before three backends, of which one falls ill in every
 * way and recovers.
 */
@SuppressWarnings("NullAway.Init")
final class SelectionIT {
  private static final String POLICY =
      """
      ejection: { failures: 3, silence: 500ms, time: 100ms, maxTime: 1s }
      timeouts: { handshake: 700ms, close: 200ms }
      keepalive: { ping: 200ms, pongTimeout: 200ms }
      retries: { max: 2, minPerSecond: 1000 }
      """;

  private Node a;
  private Node b;
  private Node c;

  @BeforeEach
  void start() throws IOException {
    a = new Node("a");
    b = new Node("b");
    c = new Node("c");
  }

  @AfterEach
  void stop() throws IOException {
    a.close();
    b.close();
    c.close();
  }

  private GatewayProcess gateway(String selection) throws IOException {
    return GatewayProcess.start(Config.of(selection + "\n" + POLICY, a.url(), b.url(), c.url()));
  }

  private static final List<String> WITHOUT_MEMORY =
      List.of(
          "balance: round_robin",
          "balance: random",
          "balance: { algorithm: least_connections, slowStart: off }",
          "balance: { algorithm: power_of_two, slowStart: off }",
          "balance: { algorithm: least_reported, slowStart: off, reports: { cacheTtl: 50ms } }");

  private static final List<String> BY_HASH =
      List.of(
          "balance: ip_hash",
          "balance: { algorithm: consistent_hash, key: header:X-User }",
          "affinity: { hash: header:X-User }\nbalance: { slowStart: off }");

  private static final List<String> BY_PROMISE =
      List.of(
          "affinity: { cookie: {} }\nbalance: { slowStart: off }",
          "affinity: { appCookie: SID }\nbalance: { slowStart: off }",
          "affinity: { key: header:X-User }\nbalance: { slowStart: off }");

  static Stream<String> all() {
    return Stream.of(WITHOUT_MEMORY, BY_HASH, BY_PROMISE).flatMap(List::stream);
  }

  private static Map<Visitor, String> ask(GatewayProcess gateway, List<Visitor> visitors)
      throws IOException {
    Map<Visitor, String> nodes = new LinkedHashMap<>();
    for (Visitor visitor : visitors) {
      nodes.put(visitor, visitor.ask(gateway));
    }
    return nodes;
  }

  /**
   * Visitors of all three nodes, with the node of each. A machine that stands still for a moment
   * may have had a node ejected: then others are asked later.
   */
  private static Map<Visitor, String> first(GatewayProcess gateway) {
    Map<Visitor, String> first = new LinkedHashMap<>();
    Soon.await()
        .untilAsserted(() -> {
          first.clear();
          first.putAll(ask(gateway, Visitor.some(1, 30)));
          assertThat(first.values())
              .allMatch(node -> node.length() == 1, "a handshake of every visitor")
              .contains("a", "b", "c");
        });
    return first;
  }

  private static String state(GatewayProcess gateway) throws Exception {
    return gateway.services().at("/0/backends/0/state").asString();
  }

  @ParameterizedTest
  @MethodSource("all")
  @Execution(ExecutionMode.CONCURRENT)
  void noHandshakeFailsWhateverBecomesOfABackend(String selection) throws Exception {
    try (GatewayProcess gateway = gateway(selection)) {
      Map<Visitor, String> first = first(gateway);
      List<Visitor> visitors = List.copyOf(first.keySet());
      if (!WITHOUT_MEMORY.contains(selection)) {
        assertThat(ask(gateway, visitors)).isEqualTo(first);
      }
      Map<Visitor, String> before = first;
      for (Node.Sickness sickness : Node.Sickness.values()) {
        before = surviveAndRecover(gateway, selection, sickness, visitors, before);
      }
    }
  }

  /** One that never answers Pings, or breaks off, shows it only to those it has. */
  private Map<Visitor, String> surviveAndRecover(
      GatewayProcess gateway,
      String selection,
      Node.Sickness sickness,
      List<Visitor> visitors,
      Map<Visitor, String> before)
      throws Exception {
    a.fallIll(sickness);
    List<Visitor.Visit> staying = new ArrayList<>();
    Soon.await()
        .until(() -> {
          // Others have promises of other backends.
          for (Visitor visitor : Visitor.some(40, 30)) {
            Visitor.Visit visit = visitor.visit(gateway);
            staying.add(visit);
            assertThat(visit.node()).as("while it %s", sickness).isIn("a", "b", "c");
            if (!state(gateway).equals("up")) {
              return true;
            }
          }
          return false;
        });
    for (Visitor.Visit visit : staying) {
      visit.close();
    }
    // Now and then one of them tries it: that one is served elsewhere, or has its 101.
    assertThat(ask(gateway, visitors).values())
        .allMatch(node -> node.length() == 1)
        .contains("b", "c");

    a.recover();
    Soon.await()
        .untilAsserted(() -> {
          assertThat(ask(gateway, Visitor.some(70, 60)).values())
              .allMatch(node -> node.length() == 1)
              .contains("a", "b", "c");
          assertThat(state(gateway)).isEqualTo("up");
        });
    if (BY_HASH.contains(selection)) {
      Soon.await()
          .untilAsserted(() ->
              assertThat(ask(gateway, visitors))
                  .as("all come back after it %s", sickness)
                  .isEqualTo(before));
    }
    Map<Visitor, String> after = ask(gateway, visitors);
    if (BY_PROMISE.contains(selection)) {
      assertThat(ask(gateway, visitors)).as("promises made anew hold").isEqualTo(after);
    }
    return after;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "affinity: { unhealthy: fail, cookie: {} }",
        "affinity: { unhealthy: fail, appCookie: SID }",
        "affinity: { unhealthy: fail, key: header:X-User }",
        "affinity: { unhealthy: fail, hash: header:X-User }"
      })
  void aPromiseThatCannotBeKeptMayFail(String selection) throws Exception {
    String probe =
        "\nhealth: { tcp: { interval: 50ms, downInterval: 50ms, timeout: 1s, fall: 1, rise: 1 } }";
    try (GatewayProcess gateway = gateway(selection + probe)) {
      Map<Visitor, String> first = first(gateway);
      List<Visitor> visitors = List.copyOf(first.keySet());
      a.fallIll(Node.Sickness.DIES);
      Soon.await().until(() -> state(gateway).equals("down"));
      Map<String, Integer> answers = new TreeMap<>();
      ask(gateway, visitors)
          .forEach((visitor, answer) -> {
            answers.merge(answer, 1, Integer::sum);
            String was = first.get(visitor);
            assertThat(answer).isEqualTo("a".equals(was) ? "status 503" : was);
          });
      assertThat(answers).containsKeys("status 503", "b", "c");

      a.recover();
      Soon.await().until(() -> state(gateway).equals("up"));
      assertThat(ask(gateway, visitors)).isEqualTo(first);
    }
  }
}
