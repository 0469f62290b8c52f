package io.holdfast.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests that are no handshakes: streamed, in order, with bounded memory. */
@EnumSource(Wire.class)
class ExchangeIT extends OneBackend {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final int MIB = 1 << 20;

  ExchangeIT() {
    super(RawBackend::ok, "", "", "timeouts: { response: 20s }");
  }

  private static void readBytes(RawClient client, long length) throws IOException {
    for (long left = length; left > 0; ) {
      left -= client.read((int) Math.min(left, MIB)).length;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_048_577, 200 * MIB})
  void streamsAnswersOfAnySize(int length) throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
      for (long left = length; left > 0; left -= MIB) {
        visit.write(new byte[(int) Math.min(left, MIB)]);
      }
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write(GET);
      RawHead head = client.readHead();
      assertThat(head.header("content-length")).isEqualTo(Integer.toString(length));
      readBytes(client, length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_048_577, 200 * MIB})
  void streamsRequestsOfAnySize(int length) throws Exception {
    backend.script(visit -> {
      visit.readHead();
      long body = (long) visit.received().length() - visit.received().indexOf("\r\n\r\n") - 4L;
      byte[] buffer = new byte[MIB];
      while (body < length) {
        body += visit.socket().getInputStream().read(buffer);
      }
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Body: " + body + "\r\n\r\n");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
      for (long left = length; left > 0; left -= MIB) {
        client.write(new byte[(int) Math.min(left, MIB)]);
      }
      assertThat(client.readHead().header("x-body")).isEqualTo(Integer.toString(length));
    }
  }

  @Test
  void anUploadStopsWhileTheBackendDoesNotRead() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    int length = 300 * MIB;
    backend.script(visit -> {
      visit.readHead();
      try {
        if (!read.await(20, TimeUnit.SECONDS)) {
          throw new IOException("the test never let the backend read");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      byte[] buffer = new byte[MIB];
      long body = (long) visit.received().length() - visit.received().indexOf("\r\n\r\n") - 4L;
      while (body < length) {
        body += visit.socket().getInputStream().read(buffer);
      }
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      visit.readToEnd();
    });
    long before = gateway.residentBytes();
    try (RawClient client = connect();
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Much comes with the head, while the backend is still dialled.
      String head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
      client.write(Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + MIB));
      List<Integer> sent = Collections.synchronizedList(new ArrayList<>());
      Future<?> upload =
          executor.submit(() -> {
            for (int i = 1; i < length / MIB; i++) {
              client.write(new byte[MIB]);
              sent.add(i);
            }
            return null;
          });
      // The kernel's buffers take some; then nothing moves.
      Soon.awaitSteady(sent::size);
      assertThat(sent.size()).isLessThan(60);
      assertThat(gateway.residentBytes() - before).isLessThan(100L * MIB);
      read.countDown();
      upload.get(20, TimeUnit.SECONDS);
      assertThat(client.readHead().status()).isEqualTo(200);
    }
  }

  @Test
  void chunksAndTrailersPassBothWays() throws Exception {
    backend.script(visit -> {
      visit.readUntil(0, "X-Up: 1\r\n\r\n");
      visit.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Down\r\n\r\n");
      visit.write("3\r\nabc\r\n0\r\nX-Down: 2\r\n\r\n");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
      client.write("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n");
      client.write("Holdfast-Session: 1\r\nX-Forwarded-For: 9.9.9.9\r\nX-Up: 1\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(new String(client.readToEnd(), ISO_8859_1))
          .isEqualTo("3\r\nabc\r\n0\r\nX-Down: 2\r\n\r\n");
    }
    assertThat(backend.received()).endsWith("2\r\nhi\r\n0\r\nX-Up: 1\r\n\r\n");
  }

  @Test
  void eventsArriveBeforeTheNextIsSent() throws Exception {
    Semaphore next = new Semaphore(0);
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
      for (int i = 0; i < 5; i++) {
        visit.write("data: " + i + "\n\n");
        next.acquireUninterruptibly();
      }
    });
    try (RawClient client = connect()) {
      client.write(GET);
      assertThat(client.readHead().headers("transfer-encoding")).containsExactly("chunked");
      for (int i = 0; i < 5; i++) {
        assertThat(new String(client.read(14), ISO_8859_1))
            .isEqualTo("9\r\ndata: " + i + "\n\n\r\n");
        next.release();
      }
    }
  }

  @Test
  void continueIsAskedOfTheBackend() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 100 Continue\r\n\r\n");
      visit.readUntil(0, "body!");
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write(
          "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      client.write("body!");
      assertThat(client.readHead().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {413, 417})
  void aRefusedExpectationEndsTheConnection(int status) throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write(
          "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      assertThat(head.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).asString().isEqualTo("no");
    }
    Soon.await().until(() -> backend.visits().getFirst().over());
    assertThat(backend.received()).endsWith("\r\n\r\n");
  }

  @Test
  void anAnswerAmidTheBodyKeepsItsWordToClose() throws Exception {
    CountDownLatch whole = new CountDownLatch(1);
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nea");
      visit.readUntil(0, "body!");
      whole.countDown();
      visit.write("rl");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nbo");
      RawHead head = client.readHead();
      assertThat(head.header("connection")).isEqualTo("close");
      client.write("dy!");
      assertThat(whole.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(client.readToEnd()).asString().isEqualTo("earl");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 5\r\n\r\n"
      })
  void answersWithoutABodyLeaveTheConnectionUsable(String answer) throws Exception {
    backend.script(visit -> {
      int from = 0;
      while (visit.readUntil(from, "\r\n\r\n")) {
        from = visit.received().length();
        visit.write(answer);
      }
    });
    try (RawClient client = connect()) {
      for (int i = 0; i < 3; i++) {
        client.write(GET);
        assertThat(answer).contains(Integer.toString(client.readHead().status()));
      }
    }
    assertThat(backend.visits()).hasSize(1);
  }

  @Test
  void headHasTheLengthAndNoBody() throws Exception {
    backend.script(visit -> {
      int from = 0;
      while (visit.readUntil(from, "\r\n\r\n")) {
        from = visit.received().length();
        visit.write("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
      }
    });
    try (RawClient client = connect()) {
      for (int i = 0; i < 2; i++) {
        client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readHead().header("content-length")).isEqualTo("1234");
      }
    }
  }

  @Test
  void anOldClientIsServed() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.readHead().header("transfer-encoding")).isNull();
      assertThat(client.readToEnd()).asString().isEqualTo("ok");
    }
  }

  @Test
  void anOldClientMayKeepItsConnection() throws Exception {
    try (RawClient client = connect()) {
      for (int i = 0; i < 3; i++) {
        client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawHead head = client.readHead();
        assertThat(head.header("connection")).isEqualTo("keep-alive");
        assertThat(client.readBody(head)).isEqualTo("ok");
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderOverOneBackendConnection() throws Exception {
    backend.script(visit -> {
      int from = 0;
      while (visit.readUntil(from, "\r\n\r\n")) {
        String path = visit.received().substring(from).split(" ", 3)[1];
        from = visit.received().indexOf("\r\n\r\n", from) + 4;
        visit.write("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
      }
    });
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests.append("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    try (RawClient client = connect()) {
      client.write(requests.toString());
      client.finish();
      for (int i = 0; i < 50; i++) {
        assertThat(client.readBody(client.readHead())).isEqualTo("/" + i);
      }
      assertThat(client.readToEnd()).isEmpty();
    }
    assertThat(backend.visits()).hasSize(1);
  }

  @Test
  void aClientThatLeavesInItsBodyEndsTheExchangeAtOnce() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf");
      Soon.await().until(() -> backend.received().endsWith("half"));
      client.finish();
      Soon.await().atMost(Duration.ofSeconds(5)).until(() -> backend.visits().getFirst().over());
    }
  }

  @Test
  void aStaleConnectionIsNoFailure() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    double failures = gateway.metric("holdfast_backend_failures_total");
    try (RawClient client = connect()) {
      for (int i = 0; i < 50; i++) {
        client.write(GET);
        assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      }
    }
    assertThat(gateway.metric("holdfast_backend_failures_total")).isEqualTo(failures);
  }

  @Test
  void manyAtOnceAreServed() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(
            executor.submit(() -> {
              try (RawClient client = connect()) {
                for (int n = 0; n < 10; n++) {
                  client.write(GET);
                  assertThat(client.readBody(client.readHead())).isEqualTo("ok");
                }
                return true;
              }
            }));
      }
      for (Future<Boolean> one : all) {
        assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(gateway.services().get(0).toString()).contains("\"exchanges\":0");
  }
}
