package io.holdfast.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Writes and reads whole control frames (RFC 6455 section 5.5). Thread-safe, without state of its
 * own.
 */
public final class ControlFrames {
  /** Bytes of a reason in UTF-8 (RFC 6455 section 5.5). */
  public static final int MAX_REASON = 123;

  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  /** RFC 6455 section 5.3: keys come from a strong source of entropy. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private ControlFrames() {}

  /**
   * A Ping with {@code token} as its payload.
   *
   * @param masked whether it goes to a server
   */
  public static ByteBuf ping(ByteBufAllocator allocator, long token, boolean masked) {
    ByteBuf frame = begin(allocator, Opcode.PING, Long.BYTES, masked);
    int payload = frame.writerIndex();
    frame.writeLong(token);
    return finish(frame, payload, masked);
  }

  /**
   * A Close.
   *
   * @param code one that {@link CloseCode#isSendable may be sent}
   * @param reason cut at 123 bytes of UTF-8, never inside a character
   * @param masked whether it goes to a server
   */
  public static ByteBuf close(ByteBufAllocator allocator, int code, String reason, boolean masked) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_REASON);
    while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
      length--;
    }
    ByteBuf frame = begin(allocator, Opcode.CLOSE, 2 + length, masked);
    int payload = frame.writerIndex();
    frame.writeShort(code).writeBytes(text, 0, length);
    return finish(frame, payload, masked);
  }

  private static ByteBuf begin(ByteBufAllocator allocator, int opcode, int length, boolean masked) {
    ByteBuf frame = allocator.directBuffer(2 + 4 + length);
    frame.writeByte(FIN | opcode).writeByte(masked ? MASKED | length : length);
    if (masked) {
      frame.writeInt(RANDOM.nextInt());
    }
    return frame;
  }

  private static ByteBuf finish(ByteBuf frame, int payload, boolean masked) {
    if (masked) {
      int key = frame.getInt(payload - 4);
      for (int i = payload; i < frame.writerIndex(); i++) {
        frame.setByte(i, unmask(frame.getByte(i), key, i - payload));
      }
    }
    return frame;
  }

  /** The payload's byte at {@code offset}, masked or unmasked with {@code key} (0 is neutral). */
  private static int unmask(byte b, int key, int offset) {
    return (b ^ key >>> (24 - 8 * (offset & 3))) & 0xff;
  }

  /**
   * Whether a payload is exactly {@code token}.
   *
   * @param payload index of its first byte
   * @param length of the payload
   * @param key the frame's masking key, 0 for none
   */
  public static boolean carries(ByteBuf in, int payload, int length, int key, long token) {
    if (length != Long.BYTES) {
      return false;
    }
    long both = (long) key << 32 | (key & 0xffff_ffffL);
    return (in.getLong(payload) ^ both) == token;
  }

  /**
   * A hash of a payload: of a Ping and its Pong the same.
   *
   * @param payload index of its first byte
   * @param length of the payload
   * @param key the frame's masking key, 0 for none
   */
  public static long hash(ByteBuf in, int payload, int length, int key) {
    long hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 0x5851_f42d_4c95_7f2dL + unmask(in.getByte(payload + i), key, i) + 1;
    }
    return hash;
  }

  /**
   * The code of a Close.
   *
   * @return {@link CloseCode#NO_CODE} for an empty payload, -1 for one of a single byte
   */
  public static int closeCode(ByteBuf in, int payload, int length, int key) {
    if (length == 0) {
      return CloseCode.NO_CODE;
    }
    if (length == 1) {
      return -1;
    }
    int code = (in.getUnsignedShort(payload) ^ key >>> 16) & 0xffff;
    // Written out, the stand-in for "no code" is as wrong as the one for "no Close".
    return code == CloseCode.NO_CODE ? CloseCode.ABNORMAL : code;
  }
}
