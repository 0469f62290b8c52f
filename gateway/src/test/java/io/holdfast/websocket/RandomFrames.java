package io.holdfast.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Streams of frames that keep to all rules, and ways to cut and spoil them. */
public final class RandomFrames {
  private static final int[] EDGES = {0, 1, 2, 124, 125, 126, 127, 65535, 65536, 65537};

  private final RandomGenerator random;

  public RandomFrames(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Messages in one to four fragments, with control frames before, between and behind them.
   *
   * @param masked whether a client sends them
   */
  public List<Frame> stream(boolean masked, int messages) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      maybeControl(frames, masked);
      int fragments = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
      int opcode = random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY;
      for (int part = 1; part <= fragments; part++) {
        Frame frame = Frame.of(part == 1 ? opcode : Opcode.CONTINUATION, payload(length()));
        frames.add(mask(part == fragments ? frame : frame.unfinished(), masked));
        maybeControl(frames, masked);
      }
    }
    return frames;
  }

  private void maybeControl(List<Frame> frames, boolean masked) {
    while (random.nextInt(3) == 0) {
      int opcode = random.nextBoolean() ? Opcode.PING : Opcode.PONG;
      int length = random.nextInt(4) == 0 ? 125 : random.nextInt(126);
      frames.add(mask(Frame.of(opcode, payload(length)), masked));
    }
  }

  /** A Close as an endpoint sends it. */
  public Frame close(boolean masked) {
    int[] codes = {1000, 1001, 1007, 1012, 3000, 4999};
    Frame close =
        random.nextInt(4) == 0
            ? Frame.of(Opcode.CLOSE, new byte[0])
            : Frame.close(codes[random.nextInt(codes.length)], "x".repeat(random.nextInt(124)));
    return mask(close, masked);
  }

  private Frame mask(Frame frame, boolean masked) {
    return masked ? frame.masked(random.nextInt()) : frame;
  }

  private int length() {
    return switch (random.nextInt(8)) {
      case 0 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> random.nextInt(2_000);
      default -> random.nextInt(200);
    };
  }

  private byte[] payload(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Where to cut {@code length} bytes: in the order of the stream, the last one is its end. */
  public List<Integer> cuts(int length) {
    List<Integer> cuts = new ArrayList<>();
    int kind = random.nextInt(4);
    int most = kind == 0 ? 1 : kind == 1 ? 8 : kind == 2 ? 200 : 70_000;
    // A long stream byte by byte takes long and shows no more than its begin does.
    for (int at = 0; at < length; ) {
      at += 1 + random.nextInt(at > 4_000 ? Math.max(most, 2_000) : most);
      cuts.add(Math.min(at, length));
    }
    return cuts;
  }

  /** Some bytes of {@code stream} flipped, removed, doubled or made up. */
  public byte[] spoil(byte[] stream) {
    byte[] bytes = stream.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      // Most bytes are payload, where a change shows nothing: go for the begin often.
      int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 40) : bytes.length);
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> flip(bytes, at);
            case 1 -> splice(bytes, at, at + 1 + random.nextInt(4), new byte[0]);
            case 2 -> splice(bytes, at, at, payload(1 + random.nextInt(4)));
            default -> splice(bytes, at, at + 1, payload(1));
          };
    }
    return bytes;
  }

  private byte[] flip(byte[] bytes, int at) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] between) {
    int end = Math.min(to, bytes.length);
    byte[] result = new byte[bytes.length - (end - from) + between.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(between, 0, result, from, between.length);
    System.arraycopy(bytes, end, result, from + between.length, bytes.length - end);
    return result;
  }
}
