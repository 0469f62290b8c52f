package io.holdfast.it.stress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One end of a connection: plays its part of a script, and compares what comes with what the other
 * sends by the same script.
 */
final class Peer {
  /** A peer for which nothing moves for this long hangs. */
  private static final int PATIENCE_SECONDS = 90;

  private static final int SERVICE_RESTART = 1012;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int SHOWN = 24;

  private final Script script;
  private final boolean client;
  private final Script.Act act;
  private final Script.Act otherAct;
  private final Frames expected;
  private final Socket tcp;
  private final Socket socket;
  private final Findings findings;
  private final Sender sender;
  private final DataInputStream in;
  private final byte[] got = new byte[1 << 15];
  private final byte[] want = new byte[1 << 15];

  private volatile int framesRead;
  private final AtomicLong bytesRead = new AtomicLong();
  private long seen = -1;
  private volatile boolean closeRead;
  private volatile boolean stopped;
  private volatile boolean writeFailed;

  /**
   * A peer on a connected socket.
   *
   * @param socket what is read and written: {@code tcp} itself, or TLS over it
   */
  Peer(Script script, boolean client, Socket tcp, Socket socket, Findings findings)
      throws IOException {
    this.script = script;
    this.client = client;
    this.tcp = tcp;
    this.socket = socket;
    this.findings = findings;
    act = script.end().of(client);
    otherAct = script.end().of(!client);
    expected = script.part(!client).frames();
    sender = new Sender(script, client, tcp, socket);
    HaltingInput halting =
        new HaltingInput(
            socket.getInputStream(),
            script.part(client).reading(),
            script.seed() + (client ? 5 : 6));
    in = new DataInputStream(new BufferedInputStream(halting, 1 << 14));
  }

  /**
   * Plays its part to the end, as long as something moves.
   *
   * @param begin what is written before the first frame, together with it
   */
  void run(byte[] begin, ScheduledExecutorService clock) {
    findings.begins(this);
    ScheduledFuture<?> watch =
        clock.scheduleWithFixedDelay(
            this::watch, PATIENCE_SECONDS, PATIENCE_SECONDS, TimeUnit.SECONDS);
    Thread writer = Thread.ofVirtual().start(() -> write(begin));
    try {
      read();
      if (!closeRead) {
        sender.stop();
      }
      writer.join();
      if (!closeRead) {
        unclosed();
      }
      if (!client && !tcp.isClosed() && !tcp.isOutputShutdown()) {
        // The server ends the TCP connection first (RFC 6455 section 7.1.1).
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      broken(e);
    } catch (AssertionError | RuntimeException | InterruptedException e) {
      findings.fail(this, e);
    } finally {
      watch.cancel(false);
      stop();
      findings.ends(this);
    }
  }

  private void write(byte[] begin) {
    try {
      sender.run(begin);
    } catch (IOException e) {
      writeFailed = true;
      broken(e);
    } catch (RuntimeException | InterruptedException e) {
      findings.fail(this, e);
    }
  }

  private void watch() {
    long moved = bytesRead.get() + sender.written();
    if (moved == seen) {
      findings.hangs(this);
      stop();
    }
    seen = moved;
  }

  private void stop() {
    stopped = true;
    sender.stop();
    try {
      tcp.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** Where nobody is abrupt, a connection must not break. */
  private void broken(IOException e) {
    if (!script.end().abrupt() && !stopped) {
      findings.fail(this, e);
    }
  }

  /** Reads to the end of the stream. */
  private void read() throws IOException {
    for (int first = in.read(); first >= 0; first = in.read()) {
      assertThat(closeRead).as("a byte follows the Close: %d", first).isFalse();
      int second = in.readUnsignedByte();
      if (first == CLOSE) {
        close(control(second));
        if (!client) {
          return;
        }
      } else if (first == PING && (second & 0x7f) == Frames.GATEWAY_PING) {
        sender.pong(control(second));
        findings.gatewayPings.increment();
      } else {
        frame(first, second);
      }
    }
  }

  /**
   * The gateway says why it ends a relay, or resets it. Of a reset only one of two threads hears:
   * once the writer has, the reader finds the end of the stream.
   */
  private void unclosed() {
    boolean early = !client && otherAct.abrupt() && framesRead == 0; // there was no relay yet
    assertThat(act.abrupt() || early || writeFailed)
        .as("a Close came before the end of the stream")
        .isTrue();
  }

  private byte[] control(int second) throws IOException {
    assertThat((second & 0x80) != 0).as("masked toward backends only").isEqualTo(!client);
    byte[] key = new byte[client ? 0 : 4];
    in.readFully(key);
    byte[] payload = new byte[second & 0x7f];
    in.readFully(payload);
    return client ? payload : Frames.xor(payload, key);
  }

  private void close(byte[] payload) {
    closeRead = true;
    int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
    if (script.end().abrupt()) {
      assertThat(code).as("code of the Close").isEqualTo(SERVICE_RESTART);
    } else {
      assertThat(framesRead).as("frames before the Close %d", code).isEqualTo(expected.count());
      assertThat(code).as("code of the Close").isEqualTo(codeOfOther());
      if (otherAct == Script.Act.CLOSES) {
        String reason = new String(payload, 2, payload.length - 2, ISO_8859_1);
        assertThat(reason).isEqualTo(script.part(!client).reason());
      }
    }
    sender.answer(code);
  }

  /** Who finishes without a Close gets one in its name, whose answer comes back. */
  private int codeOfOther() {
    return switch (otherAct) {
      case CLOSES -> script.part(!client).code();
      case ANSWERS -> act == Script.Act.CLOSES ? script.part(client).code() : SERVICE_RESTART;
      default -> SERVICE_RESTART;
    };
  }

  /** Compares a frame, whose first two bytes are here, with the next one of the other. */
  private void frame(int first, int second) throws IOException {
    int index = framesRead;
    if (index == expected.count()) {
      throw new AssertionError(
          "no frame is to follow, but %02x %02x does".formatted(first, second));
    }
    byte[] header = expected.header(index);
    byte[] came = new byte[header.length];
    came[0] = (byte) first;
    came[1] = (byte) second;
    compare(index, -header.length, came, header, 2);
    in.readFully(came, 2, came.length - 2);
    compare(index, -header.length, came, header, came.length);
    int size = expected.size(index);
    for (int at = 0; at < size; ) {
      int length = in.read(got, 0, Math.min(got.length, size - at));
      if (length < 0) {
        throw new EOFException("inside frame " + index);
      }
      expected.payload(index, at, want, length);
      compare(index, at, got, want, length);
      at += length;
      bytesRead.addAndGet(length);
      findings.bytes.add(length);
    }
    framesRead = index + 1;
  }

  private static void compare(int frame, int at, byte[] got, byte[] want, int length) {
    int differs = Arrays.mismatch(got, 0, length, want, 0, length);
    if (differs >= 0) {
      int to = Math.min(length, differs + SHOWN);
      HexFormat hex = HexFormat.ofDelimiter(" ");
      throw new AssertionError(
          "frame %d differs from byte %d of its payload on: expected %s, got %s"
              .formatted(
                  frame,
                  at + differs,
                  hex.formatHex(want, differs, to),
                  hex.formatHex(got, differs, to)));
    }
  }

  @Override
  public String toString() {
    return "%s of %s: %s, %d of %d frames and %s Close read"
        .formatted(
            client ? "client" : "backend",
            script,
            sender,
            framesRead,
            expected.count(),
            closeRead ? "a" : "no");
  }
}
