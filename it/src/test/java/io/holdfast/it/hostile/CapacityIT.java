package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that may have only so much at once. */
@SuppressWarnings("NullAway.Init")
final class CapacityIT {
  private RawBackend one;
  private RawBackend two;

  @BeforeEach
  void start() throws IOException {
    one = RawBackend.start(RawBackend::silent);
    two = RawBackend.start(RawBackend::silent);
  }

  @AfterEach
  void stop() throws IOException {
    one.close();
    two.close();
  }

  private GatewayProcess gateway(String capacity) throws IOException {
    return GatewayProcess.start(
        Config.of(
            "timeouts: { close: 100ms }\ncapacity: { " + capacity + " }", one.url(), two.url()));
  }

  private static RawClient asks(GatewayProcess gateway, String... headers) throws IOException {
    RawClient client = RawClient.connect(gateway.port());
    client.write(RawClient.upgrade("/chat", headers));
    return client;
  }

  private static int waiting(GatewayProcess gateway) throws Exception {
    return gateway.services().at("/0/waiting").asInt();
  }

  private static void awaitWaiting(GatewayProcess gateway, int count) {
    Soon.await().until(() -> waiting(gateway) == count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"next", "refuse"})
  void whenAllAreFullClientsAreRefusedUntilOneLeaves(String whenFull) throws Exception {
    try (GatewayProcess gateway = gateway("maxConnections: 1, whenFull: " + whenFull);
        RawClient first = RawClient.webSocket(gateway.port(), "/chat");
        RawClient second = RawClient.webSocket(gateway.port(), "/chat");
        RawClient third = asks(gateway)) {
      assertThat(one.visits()).hasSize(1);
      assertThat(two.visits()).hasSize(1);
      RawHead head = third.readHead();
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.header("retry-after")).isEqualTo("1");
      assertThat(second.socket().isConnected()).isTrue();

      first.socket().close();
      Soon.await()
          .until(() -> {
            try (RawClient again = asks(gateway)) {
              return again.readHead().status() == 101;
            }
          });
    }
  }

  @Test
  void inAQueueClientsWaitForWhoeverLeaves() throws Exception {
    try (GatewayProcess gateway = gateway("maxConnections: 1, whenFull: queue, queueTimeout: 1m");
        RawClient first = RawClient.webSocket(gateway.port(), "/chat");
        RawClient second = RawClient.webSocket(gateway.port(), "/chat")) {
      RawClient third = asks(gateway);
      awaitWaiting(gateway, 1);
      RawClient gone = asks(gateway);
      awaitWaiting(gateway, 2);
      RawClient fourth = asks(gateway);
      awaitWaiting(gateway, 3);
      gone.reset();
      awaitWaiting(gateway, 2);

      first.socket().close();
      assertThat(third.readHead().status()).isEqualTo(101);
      second.socket().close();
      assertThat(fourth.readHead().status()).isEqualTo(101);
      assertThat(waiting(gateway)).isZero();
      third.close();
      fourth.close();
    }
  }

  @Test
  void aQueueEndsWith503() throws Exception {
    try (GatewayProcess gateway =
            gateway("maxConnections: 1, whenFull: queue, queueTimeout: 300ms");
        RawClient first = RawClient.webSocket(gateway.port(), "/chat");
        RawClient second = RawClient.webSocket(gateway.port(), "/chat");
        RawClient third = asks(gateway)) {
      long start = System.nanoTime();
      assertThat(third.readHead().status()).isEqualTo(503);
      assertThat(System.nanoTime() - start).isGreaterThan(200_000_000L);
      assertThat(waiting(gateway)).isZero();
      assertThat(first.socket().isConnected() && second.socket().isConnected()).isTrue();
    }
  }

  @Test
  void whoWaitedForABackendThatWentDownGetsAnotherInTheEnd() throws Exception {
    try (GatewayProcess gateway =
            gateway(
                "maxConnections: 1, whenFull: queue, queueTimeout: 2s }"
                    + "\naffinity: { key: header:X-User");
        RawClient first = asks(gateway, "X-User: a")) {
      assertThat(first.readHead().status()).isEqualTo(101);
      RawBackend its = one.visits().isEmpty() ? two : one;
      try (RawClient second = asks(gateway, "X-User: a")) {
        awaitWaiting(gateway, 1);
        overrule(gateway, its, "down");
        assertThat(second.readHead().status()).isEqualTo(101);
      }
      assertThat(one.visits()).hasSize(1);
      assertThat(two.visits()).hasSize(1);
    }
  }

  private static void overrule(GatewayProcess gateway, RawBackend backend, String word)
      throws Exception {
    URI uri =
        gateway.admin("/api/v1/backends/override?backend=" + backend.url() + "&override=" + word);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aRequestWithABodyWaitsAsAWhole() throws Exception {
    one.script(RawBackend::ok);
    two.script(RawBackend::ok);
    String body = "x".repeat(300_000);
    try (GatewayProcess gateway = gateway("maxConnections: 1, whenFull: queue, queueTimeout: 1m")) {
      one.script(RawBackend::silent);
      two.script(RawBackend::silent);
      RawClient first = RawClient.webSocket(gateway.port(), "/chat");
      RawClient second = RawClient.webSocket(gateway.port(), "/chat");
      one.script(RawBackend::ok);
      two.script(RawBackend::ok);
      try (RawClient client = RawClient.connect(gateway.port())) {
        Thread sender =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    client.write(
                        "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        awaitWaiting(gateway, 1);
        first.close();
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(client.readBody(head)).isEqualTo("ok");
        sender.join();
      }
      assertThat(one.received() + two.received()).contains(body);
      second.socket().close();
    }
  }

  @Test
  void pendingHandshakesAreBoundedApart() throws Exception {
    one.script(RawBackend.Visit::readToEnd);
    two.script(RawBackend.Visit::readToEnd);
    try (GatewayProcess gateway =
        GatewayProcess.start(
            Config.of(
                "capacity: { maxPendingHandshakes: 2 }\nejection: { silence: off }",
                one.url(),
                two.url()))) {
      RawClient[] clients = new RawClient[4];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = asks(gateway);
      }
      Soon.await().until(() -> one.visits().size() == 2 && two.visits().size() == 2);
      try (RawClient more = asks(gateway)) {
        assertThat(more.readHead().status()).isEqualTo(503);
      }
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int status(RawClient client) {
    try {
      return client.readHead().status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Four who were promised one backend, which has come back, and may have two pending. */
  @ParameterizedTest
  @ValueSource(strings = {"next", "refuse", "queue, queueTimeout: 1m"})
  void whoseTurnComesAtABusyOne(String whenFull) throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    try (GatewayProcess gateway =
        GatewayProcess.start(
            Config.of(
                "handshakes: { perBackend: 2/s, queueTimeout: 1m }\nejection: { silence: off }\n"
                    + "affinity: { key: header:X-User }\ncapacity: { maxPendingHandshakes: 2, whenFull: "
                    + whenFull
                    + " }",
                one.url(),
                two.url()))) {
      List<String> users = new ArrayList<>();
      for (int i = 0; users.size() < 4; i++) {
        int before = one.visits().size();
        try (RawClient client = asks(gateway, "X-User: " + i)) {
          assertThat(client.readHead().status()).isEqualTo(101);
        }
        if (one.visits().size() > before) {
          users.add("X-User: " + i);
        }
      }
      overrule(gateway, one, "down");
      overrule(gateway, one, "clear");
      one.forget();
      two.forget();
      one.script(visit -> {
        visit.readHead();
        await(answers);
        RawBackend.silent(visit);
      });

      List<RawClient> clients = new ArrayList<>();
      Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
      for (String user : users) {
        RawClient client = asks(gateway, user);
        clients.add(client);
        Thread.ofVirtual().start(() -> statuses.add(status(client)));
      }
      Soon.await().until(() -> gateway.metric("holdfast_handshakes_paced_total") >= 3);
      switch (whenFull) {
        case "next" -> {
          Soon.await().until(() -> statuses.size() == 2);
          assertThat(statuses).as("elsewhere").containsOnly(101);
          assertThat(two.visits()).hasSize(2);
        }
        case "refuse" -> {
          Soon.await().until(() -> statuses.size() == 2);
          assertThat(statuses).containsOnly(503);
          assertThat(two.visits()).isEmpty();
        }
        default -> {
          // The last turn comes after 1.5 s.
          Soon.await().during(Duration.ofSeconds(2)).until(() -> one.visits().size() == 2);
          assertThat(statuses).isEmpty();
        }
      }
      assertThat(one.visits()).as("never more than it may have").hasSize(2);
      answers.countDown();
      Soon.await().until(() -> statuses.size() == 4);
      int refused = whenFull.equals("refuse") ? 2 : 0;
      assertThat(statuses.stream().filter(status -> status == 101)).hasSize(4 - refused);
      assertThat(one.visits()).hasSize(whenFull.startsWith("queue") ? 4 : 2);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
