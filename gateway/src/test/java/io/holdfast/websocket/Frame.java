package io.holdfast.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame as a test writes it, right or wrong.
 *
 * @param payload not masked yet
 * @param mask null for none
 * @param lengthBytes how many bytes hold the length beside the seven bits: 0, 2 or 8; -1 for the
 *     fewest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Frame(
    boolean fin,
    int reserved,
    int opcode,
    byte[] payload,
    @Nullable Integer mask,
    int lengthBytes) {

  /** A whole, unmasked frame. */
  public static Frame of(int opcode, byte[] payload) {
    return new Frame(true, 0, opcode, payload, null, -1);
  }

  public static Frame text(String text) {
    return of(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame binary(int length) {
    return of(Opcode.BINARY, new byte[length]);
  }

  public static Frame ping(String text) {
    return of(Opcode.PING, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame pong(String text) {
    return of(Opcode.PONG, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A Close with a code and a reason. */
  public static Frame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return of(
        Opcode.CLOSE,
        ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  public Frame unfinished() {
    return new Frame(false, reserved, opcode, payload, mask, lengthBytes);
  }

  public Frame masked(int key) {
    return new Frame(fin, reserved, opcode, payload, key, lengthBytes);
  }

  public Frame reserved(int bits) {
    return new Frame(fin, bits, opcode, payload, mask, lengthBytes);
  }

  public Frame lengthIn(int bytes) {
    return new Frame(fin, reserved, opcode, payload, mask, bytes);
  }

  /** The frame on the wire. */
  public byte[] bytes() {
    int length = payload.length;
    int extended = lengthBytes >= 0 ? lengthBytes : length < 126 ? 0 : length < 65536 ? 2 : 8;
    ByteBuffer out = ByteBuffer.allocate(14 + length);
    out.put((byte) ((fin ? 0x80 : 0) | reserved << 4 | opcode));
    int bit = mask == null ? 0 : 0x80;
    switch (extended) {
      case 0 -> out.put((byte) (bit | length));
      case 2 -> out.put((byte) (bit | 126)).putShort((short) length);
      default -> out.put((byte) (bit | 127)).putLong(length);
    }
    byte[] sent = payload;
    if (mask != null) {
      out.putInt(mask);
      byte[] key = ByteBuffer.allocate(4).putInt(mask).array();
      sent = payload.clone();
      for (int i = 0; i < length; i++) {
        sent[i] ^= key[i % 4];
      }
    }
    out.put(sent);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Several on the wire. */
  public static byte[] bytes(List<Frame> frames) {
    ByteBuf out = Unpooled.buffer();
    frames.forEach(frame -> out.writeBytes(frame.bytes()));
    return ByteBufUtil.getBytes(out);
  }

  /** Takes all whole frames out of {@code in}, payloads unmasked. */
  public static List<Frame> read(ByteBuf in) {
    List<Frame> frames = new ArrayList<>();
    while (in.isReadable()) {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      int small = second & 0x7f;
      int length =
          small == 127 ? (int) in.readLong() : small == 126 ? in.readUnsignedShort() : small;
      Integer mask = second >= 0x80 ? in.readInt() : null;
      byte[] payload = new byte[length];
      in.readBytes(payload);
      if (mask != null) {
        for (int i = 0; i < length; i++) {
          payload[i] ^= (byte) (mask >>> (24 - 8 * (i % 4)));
        }
      }
      frames.add(new Frame(first >= 0x80, first >> 4 & 7, first & 15, payload, mask, -1));
    }
    return frames;
  }

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** A Close as {@code code reason}. */
  public String close() {
    ByteBuffer in = ByteBuffer.wrap(payload);
    return (in.getShort() & 0xffff) + " " + StandardCharsets.UTF_8.decode(in);
  }

  @Override
  public String toString() {
    return "%s%x[%d]%s"
        .formatted(fin ? "" : "+", opcode, payload.length, mask == null ? "" : " masked");
  }
}
