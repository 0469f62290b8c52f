package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frames of one direction (RFC 6455 section 5.2), wherever reads split them, and checks
 * their headers. It keeps at most one header's bytes, never a payload. Not thread-safe.
 */
public final class FrameReader {
  private static final int MAX_CONTROL = 125;
  private static final int RESERVED = 0x70;

  private final boolean masked;
  private final boolean compression;
  private final byte[] head = new byte[14];
  private int have;
  private int need = 2;
  private boolean inPayload;
  private boolean inMessage;
  private boolean compressed;
  private boolean stopped;
  private int opcode;
  private boolean fin;
  private long length;
  private long offset;
  private int maskKey;

  /**
   * A reader at the start of a stream.
   *
   * @param masked what section 5.1 asks of the peer: clients mask, servers do not
   */
  public FrameReader(boolean masked) {
    this(masked, false);
  }

  /**
   * As {@link #FrameReader(boolean)}.
   *
   * @param compression whether permessage-deflate was agreed, so that messages may be compressed
   */
  public FrameReader(boolean masked, boolean compression) {
    this.masked = masked;
    this.compression = compression;
  }

  /**
   * Reads all of {@code in}, or up to where the peer broke the protocol or {@link #stop} was
   * called.
   */
  public void read(ByteBuf in, FrameSink sink) {
    while (!stopped) {
      if (!inPayload) {
        if (!collectHead(in) || !parseHead(sink)) {
          return;
        }
        sink.frameStart(this, in);
        inPayload = true;
      }
      int here = (int) Math.min(length - offset, in.readableBytes());
      if (here > 0 && !stopped) {
        sink.payload(this, in, here);
        in.skipBytes(here);
        offset += here;
      }
      if (stopped || offset < length) {
        return;
      }
      inPayload = false;
      have = 0;
      need = 2;
      sink.frameEnd(this);
    }
  }

  /** Makes this reader ignore all further bytes. */
  public void stop() {
    stopped = true;
  }

  /** Whether {@link #stop} was called or the peer broke the protocol. */
  public boolean stopped() {
    return stopped;
  }

  /** Whether the next byte belongs to a frame that has begun. */
  public boolean insideFrame() {
    return inPayload || have > 0;
  }

  public int opcode() {
    return opcode;
  }

  public boolean fin() {
    return fin;
  }

  /** Whether this is a data frame of a compressed message (RFC 7692 section 6). */
  public boolean compressed() {
    return compressed && !Opcode.isControl(opcode);
  }

  /** The frame's payload length in bytes. */
  public long length() {
    return length;
  }

  /** How many payload bytes of the frame were read before the present ones. */
  public long offset() {
    return offset;
  }

  /** The frame's masking key, its first byte lowest; 0 when unmasked. */
  public int maskKey() {
    return maskKey;
  }

  private boolean collectHead(ByteBuf in) {
    while (have < need) {
      if (!in.isReadable()) {
        return false;
      }
      head[have++] = in.readByte();
      if (have == 2) {
        int code = head[1] & 0x7f;
        int extended = code == 127 ? 8 : code == 126 ? 2 : 0;
        need = 2 + extended + ((head[1] & 0x80) == 0 ? 0 : 4);
      }
    }
    return true;
  }

  private boolean parseHead(FrameSink sink) {
    opcode = head[0] & 0x0f;
    fin = (head[0] & 0x80) != 0;
    boolean hasKey = (head[1] & 0x80) != 0;
    int keyAt = need - (hasKey ? 4 : 0);
    length = keyAt == 2 ? head[1] & 0x7f : bigEndian(2, keyAt);
    offset = 0;
    maskKey = hasKey ? Integer.reverseBytes((int) bigEndian(keyAt, need)) : 0;
    String wrong = check(hasKey, keyAt);
    if (wrong != null) {
      stopped = true;
      sink.violation(wrong);
      return false;
    }
    if (!Opcode.isControl(opcode)) {
      inMessage = !fin;
      compressed = opcode == Opcode.CONTINUATION ? compressed : (head[0] & RESERVED) != 0;
    }
    return true;
  }

  private @Nullable String check(boolean hasKey, int keyAt) {
    if ((head[0] & RESERVED) != 0 && !startsCompressed()) {
      return "a reserved bit is set and no extension gives it a meaning";
    }
    if (!Opcode.isKnown(opcode)) {
      return "opcode " + opcode + " is reserved";
    }
    if (hasKey != masked) {
      return masked ? "the frame is not masked" : "the frame is masked";
    }
    if (length < 0) {
      return "the frame's length is over 2^63";
    }
    if ((keyAt == 4 && length < 126) || (keyAt == 10 && length < 65_536)) {
      return "the frame's length " + length + " is not in its shortest form";
    }
    if (Opcode.isControl(opcode)) {
      return fin && length <= MAX_CONTROL
          ? null
          : "a control frame is fragmented or over 125 bytes";
    }
    if (inMessage == (opcode == Opcode.CONTINUATION)) {
      return null;
    }
    return inMessage ? "a new message starts inside another" : "a continuation without a message";
  }

  private boolean startsCompressed() {
    return compression
        && (head[0] & RESERVED) == Frames.COMPRESSED
        && (opcode == Opcode.TEXT || opcode == Opcode.BINARY);
  }

  private long bigEndian(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 8 | (head[i] & 0xff);
    }
    return value;
  }
}
