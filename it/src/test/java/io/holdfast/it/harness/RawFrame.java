package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One WebSocket frame (RFC 6455 section 5.2). Immutable. */
public final class RawFrame {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final byte[] KEY = {0x12, 0x34, 0x56, 0x78};

  private final boolean fin;
  private final int rsv;
  private final int opcode;
  private final byte[] payload;

  /**
   * Any frame.
   *
   * @param rsv the three reserved bits, RSV1 as 4
   * @param payload not masked
   */
  public RawFrame(boolean fin, int rsv, int opcode, byte[] payload) {
    this.fin = fin;
    this.rsv = rsv;
    this.opcode = opcode;
    this.payload = payload.clone();
  }

  /** A whole text message. */
  public static RawFrame text(String text) {
    return of(TEXT, text.getBytes(UTF_8));
  }

  /** A final frame without reserved bits. */
  public static RawFrame of(int opcode, byte[] payload) {
    return new RawFrame(true, 0, opcode, payload);
  }

  /** A Close with a code and a reason. */
  public static RawFrame close(int code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    return of(CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  /** Reads one, masked or not. */
  public static RawFrame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] key = new byte[(second & 0x80) == 0 ? 0 : 4];
    in.readFully(key);
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    for (int i = 0; key.length > 0 && i < payload.length; i++) {
      payload[i] ^= key[i & 3];
    }
    return new RawFrame((first & 0x80) != 0, first >> 4 & 7, first & 0xf, payload);
  }

  /** Whether it is the last, or only, frame of its message. */
  public boolean fin() {
    return fin;
  }

  /** The three reserved bits, RSV1 as 4. */
  public int rsv() {
    return rsv;
  }

  /** What kind it is. */
  public int opcode() {
    return opcode;
  }

  /** The payload, not masked. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload as text. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** The code of a Close, 1005 when it has none. */
  public int closeCode() {
    return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
  }

  /** The reason of a Close. */
  public String closeReason() {
    return payload.length < 2
        ? ""
        : new String(Arrays.copyOfRange(payload, 2, payload.length), UTF_8);
  }

  /** As clients send it. */
  public byte[] masked() {
    return encode(true);
  }

  /** As servers send it. */
  public byte[] unmasked() {
    return encode(false);
  }

  private byte[] encode(boolean mask) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
    int bit = mask ? 0x80 : 0;
    if (payload.length < 126) {
      out.write(bit | payload.length);
    } else if (payload.length < 65536) {
      out.write(bit | 126);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      out.write(bit | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    if (!mask) {
      out.writeBytes(payload);
      return out.toByteArray();
    }
    out.writeBytes(KEY);
    byte[] body = payload.clone();
    for (int i = 0; i < body.length; i++) {
      body[i] ^= KEY[i & 3];
    }
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return "RawFrame[fin=%s, rsv=%d, opcode=%d, %d bytes]"
        .formatted(fin, rsv, opcode, payload.length);
  }
}
