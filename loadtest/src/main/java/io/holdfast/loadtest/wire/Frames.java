package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Writes frames (RFC 6455 section 5.2). */
public final class Frames {
  /**
   * Goes with the opcode of a compressed message's first frame: the bit RSV1 (RFC 7692 section 6).
   */
  public static final int COMPRESSED = 0x40;

  private Frames() {}

  /** The size of a frame's header in bytes, 2 to 14. */
  public static int headSize(long length, boolean masked) {
    return (length < 126 ? 2 : length < 65_536 ? 4 : 10) + (masked ? 4 : 0);
  }

  /** Writes a header without its masking key. */
  public static void writeHead(ByteBuf out, boolean fin, int opcode, boolean masked, long length) {
    int start = out.writerIndex();
    int size = headSize(length, false);
    out.ensureWritable(size);
    setHead(out, start, fin, opcode, masked, length);
    out.writerIndex(start + size);
  }

  /** The same at {@code index}, leaving the buffer's indexes as they are. */
  public static void setHead(
      ByteBuf out, int index, boolean fin, int opcode, boolean masked, long length) {
    int maskBit = masked ? 0x80 : 0;
    out.setByte(index, (fin ? 0x80 : 0) | opcode);
    if (length < 126) {
      out.setByte(index + 1, maskBit | (int) length);
    } else if (length < 65_536) {
      out.setByte(index + 1, maskBit | 126);
      out.setShort(index + 2, (int) length);
    } else {
      out.setByte(index + 1, maskBit | 127);
      out.setLong(index + 2, length);
    }
  }

  /** A whole frame as a server sends it. */
  public static ByteBuf fromServer(ByteBufAllocator allocator, int opcode, byte[] payload) {
    ByteBuf out = allocator.buffer(headSize(payload.length, false) + payload.length);
    writeHead(out, true, opcode, false, payload.length);
    return out.writeBytes(payload);
  }

  /** Appends a whole frame as a client sends it, masked with {@code key}. */
  public static void writeFromClient(ByteBuf out, int opcode, ByteBuf payload, int key) {
    int length = payload.readableBytes();
    writeHead(out, true, opcode, true, length);
    out.writeIntLE(key);
    int at = out.writerIndex();
    out.writeBytes(payload, payload.readerIndex(), length);
    Masking.move(out, at, at, length, key, 0);
  }

  /** A whole frame as a client sends it, masked with {@code key}. */
  public static ByteBuf fromClient(
      ByteBufAllocator allocator, int opcode, byte[] payload, int key) {
    ByteBuf out = allocator.buffer(headSize(payload.length, true) + payload.length);
    writeFromClient(out, opcode, Unpooled.wrappedBuffer(payload), key);
    return out;
  }
}
