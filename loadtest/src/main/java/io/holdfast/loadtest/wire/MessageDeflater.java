package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Deflates the messages of one direction (RFC 7692 section 7.2.1). Not thread-safe; holds some 256
 * KiB outside the heap until it is closed.
 */
public final class MessageDeflater implements AutoCloseable {
  /** What a flush ends with, and section 7.2.1 leaves out: 00 00 ff ff. */
  private static final int TAIL = 4;

  /** An empty message deflated (section 7.2.3.6): there would be nothing to flush. */
  private static final int EMPTY = 0x00;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final boolean forgets;

  /**
   * A deflater at the start of a connection.
   *
   * @param forgets whether messages may not refer to those before them
   */
  public MessageDeflater(boolean forgets) {
    this.forgets = forgets;
  }

  /**
   * Deflates a whole message.
   *
   * @return what the frames of the message carry, the first with {@link Frames#COMPRESSED}; the
   *     caller's to release
   */
  public ByteBuf deflate(ByteBufAllocator allocator, ByteBuffer message) {
    int length = message.remaining();
    // More than zlib's bound, so that one call takes it all.
    ByteBuf out = allocator.buffer(length + (length >> 10) + 64);
    if (length == 0) {
      return out.writeByte(EMPTY);
    }
    deflater.setInput(message);
    do {
      out.ensureWritable(64);
      ByteBuffer room = out.nioBuffer(out.writerIndex(), out.writableBytes());
      out.writerIndex(out.writerIndex() + deflater.deflate(room, Deflater.SYNC_FLUSH));
    } while (!out.isWritable());
    if (forgets) {
      deflater.reset();
    }
    return out.writerIndex(out.writerIndex() - TAIL);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
