package io.holdfast.it.stress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a peer writes: its frames, in pieces of any size, Pongs between them, then its end. */
final class Sender {
  private static final int BATCH = 1 << 20;
  private static final int PONG = 10;

  private final Script.Part part;
  private final Script.Act act;
  private final boolean client;
  private final Socket tcp;
  private final Socket socket;
  private final SplittableRandom chance;

  /** Pongs to send; an empty one only wakes who waits. */
  private final BlockingQueue<byte[]> pongs = new LinkedBlockingQueue<>();

  private volatile byte @Nullable [] answer;
  private volatile boolean stopped;
  private final AtomicLong written = new AtomicLong();
  private volatile String state = "writes";

  /**
   * The sender of one peer.
   *
   * @param socket what is written to: {@code tcp} itself, or TLS over it
   */
  Sender(Script script, boolean client, Socket tcp, Socket socket) {
    this.client = client;
    this.tcp = tcp;
    this.socket = socket;
    part = script.part(client);
    act = script.end().of(client);
    chance = new SplittableRandom(Frames.mix(script.seed() + (client ? 3 : 4)));
  }

  /** Answers a Ping of the gateway between two frames. */
  void pong(byte[] payload) {
    pongs.add(Frames.control(PONG, payload, client));
  }

  /** Answers a Close, behind all frames. */
  void answer(int code) {
    answer = Frames.close(code, "", client);
    pongs.add(new byte[0]);
  }

  /** Waits for nothing any more. */
  void stop() {
    stopped = true;
    pongs.add(new byte[0]);
  }

  /**
   * Writes everything.
   *
   * @param begin what goes out before the first frame, together with it
   */
  void run(byte[] begin) throws IOException, InterruptedException {
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    batch.writeBytes(begin);
    Frames frames = part.frames();
    int most = 1 << chance.nextInt(6);
    for (int next = 0; next < frames.count(); batch.reset()) {
      int end = Math.min(frames.count(), next + chance.nextInt(1, most + 1));
      while (next < end && batch.size() < BATCH) {
        for (byte[] pong = pongs.poll(); pong != null; pong = pongs.poll()) {
          batch.writeBytes(pong);
        }
        batch.writeBytes(frames.bytes(next++));
      }
      long left = begin.length + part.stopAt() - written.get();
      if (act.abrupt() && left <= batch.size()) {
        write(batch.toByteArray(), (int) left);
        leave();
        return;
      }
      write(batch.toByteArray(), batch.size());
    }
    finish();
  }

  private void leave() throws IOException {
    state = "left";
    if (act == Script.Act.RESETS) {
      tcp.setSoLinger(true, 0);
    }
    tcp.close();
  }

  private void finish() throws IOException, InterruptedException {
    if (act == Script.Act.FINISHES) {
      tcp.shutdownOutput();
      state = "has ended its stream";
      return;
    }
    byte[] close = answer;
    if (act == Script.Act.CLOSES) {
      close = Frames.close(part.code(), part.reason(), client);
    }
    state = "waits for a Close";
    while (close == null && !stopped) {
      byte[] pong = pongs.take();
      write(pong, pong.length);
      close = answer;
    }
    if (close != null) {
      write(close, close.length);
      state = "has sent its Close";
    }
  }

  private void write(byte[] bytes, int length) throws IOException {
    for (int from = 0; from < length; ) {
      int piece = Math.min(length - from, piece());
      socket.getOutputStream().write(bytes, from, piece);
      from += piece;
      written.addAndGet(piece);
    }
  }

  /** How much is written next; a drip waits before. */
  private int piece() throws IOException {
    return switch (part.writing()) {
      case DRIPS -> {
        HaltingInput.pause(1);
        yield chance.nextInt(1, 8);
      }
      case PIECES -> {
        if (chance.nextInt(64) == 0) {
          HaltingInput.pause(chance.nextInt(30));
        }
        yield chance.nextInt(1, 1 << chance.nextInt(1, 17));
      }
      case FLOODS -> Integer.MAX_VALUE;
    };
  }

  /** How many bytes the socket has taken. */
  long written() {
    return written.get();
  }

  @Override
  public String toString() {
    return "%s, %d bytes written".formatted(state, written.get());
  }
}
