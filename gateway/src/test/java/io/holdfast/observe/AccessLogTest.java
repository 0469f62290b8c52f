package io.holdfast.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Logs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class AccessLogTest {

  private final Meters meters = new Meters();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private volatile Logs.AccessFormat format = Logs.AccessFormat.TEXT;
  private final AccessLog log = new QueuedAccessLog(this::logs, meters, out);

  @Test
  void textIsOneReadableLine() {
    log.write(entry("/ws/chat?token=secret", "chat.example.com", ""));

    assertThat(written())
        .isEqualTo(
            "2026-11-20T14:55:28.123Z access websocket 101 GET chat.example.com/ws/chat"
                + " client=127.0.0.1:5000 listener=127.0.0.1:8080 route=chat service=chat"
                + " backend=ws://127.0.0.1:8001 handshake=1.5ms duration=61000.0ms tries=2"
                + " messages=10/12 bytes=100/120 close=1000 by=client connection=c1 request=r1\n");
  }

  @Test
  void jsonHasEveryKey() {
    format = Logs.AccessFormat.JSON;
    log.write(entry("/ws/chat?token=secret", "chat.example.com", "went \"away\""));

    String line = written();
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(line).endsWith("}\n").doesNotContain("secret");
    assertThat(json.propertyNames())
        .containsExactly(
            "timestamp",
            "type",
            "kind",
            "connection_id",
            "request_id",
            "client",
            "listener",
            "route",
            "service",
            "backend",
            "method",
            "host",
            "path",
            "status",
            "handshake_seconds",
            "duration_seconds",
            "tries",
            "moves",
            "messages_from_client",
            "messages_from_backend",
            "bytes_from_client",
            "bytes_from_backend",
            "close_code",
            "ended_by",
            "why");
    assertThat(json.get("path").asString()).isEqualTo("/ws/chat");
    assertThat(json.get("duration_seconds").asDouble()).isEqualTo(61.0);
    assertThat(json.get("why").asString()).isEqualTo("went \"away\"");
    assertThat(json.get("ended_by").asString()).isEqualTo("client");
  }

  @Test
  void aClientCannotForgeALine() {
    log.write(entry("/a b\r\n2026 access\u2028", "x\u001b[31m", "quote \" end"));

    assertThat(written())
        .contains("x\\u001b[31m/a\\u0020b\\u000d\\u000a2026\\u0020access\\u2028 client=")
        .contains("why=\"quote \\u0022 end\"")
        .hasLineCount(1);
  }

  @Test
  void theFormatFollowsTheConfiguration() {
    log.write(entry("/one", "h", ""));
    format = Logs.AccessFormat.OFF;
    log.write(entry("/two", "h", ""));
    format = Logs.AccessFormat.JSON;
    log.write(entry("/three", "h", ""));

    assertThat(written()).contains("h/one").doesNotContain("/two").contains("\"path\":\"/three\"");
  }

  @Test
  void aStuckOutputNeitherBlocksNorGrows() throws InterruptedException {
    StuckOutput stuck = new StuckOutput(out);
    AccessLog log = new QueuedAccessLog(this::logs, meters, stuck, 10);
    log.write(entry("/first", "h", ""));
    stuck.entered.await();
    for (int i = 0; i < 100; i++) {
      log.write(entry("/" + i, "h", ""));
    }
    stuck.unstick.countDown();

    assertThat(written()).hasLineCount(11).contains("h/first ", "h/0 ", "h/9 ");
    assertThat(Scrape.of(meters)).contains("holdfast_access_log_dropped_total 90.0");
  }

  private Logs logs() {
    return new Logs(Logs.Level.INFO, Logs.Format.TEXT, format);
  }

  private String written() {
    LineQueue.flush(5_000);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static AccessEntry entry(String path, String host, String why) {
    return new AccessEntry(
        AccessEntry.Kind.WEBSOCKET,
        "c1",
        "r1",
        Instant.parse("2026-11-20T14:55:28.123456Z"),
        "127.0.0.1:5000",
        "127.0.0.1:8080",
        "chat",
        "chat",
        "ws://127.0.0.1:8001",
        "GET",
        host,
        path,
        101,
        1_500_000,
        61_000_000_000L,
        2,
        0,
        10,
        12,
        100,
        120,
        1000,
        EndedBy.CLIENT,
        why);
  }

  /** A fault: an output that takes nothing until it is unstuck. */
  private static final class StuckOutput extends OutputStream {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch unstick = new CountDownLatch(1);
    private final OutputStream out;

    StuckOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte @Nullable [] bytes, int offset, int length) throws IOException {
      entered.countDown();
      try {
        unstick.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      out.write(Objects.requireNonNull(bytes), offset, length);
    }
  }
}
