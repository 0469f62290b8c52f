package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Compression;
import io.holdfast.loadtest.wire.Frames;
import io.holdfast.loadtest.wire.MessageDeflater;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What one connection sends: frames, masked and where agreed deflated, gathered into few writes; on
 * its event loop only.
 */
final class Outbox implements AutoCloseable {
  private static final int CHUNK = 32 << 10;

  private final LoadWorker worker;
  private final Channel channel;
  private final int id;
  private final @Nullable MessageDeflater deflater;
  private @Nullable ByteBuf out;

  /**
   * The outbox of connection {@code id}.
   *
   * @param compression how to deflate messages; null for not at all
   */
  Outbox(LoadWorker worker, Channel channel, int id, @Nullable Compression compression) {
    this.worker = worker;
    this.channel = channel;
    this.id = id;
    this.deflater = compression == null ? null : new MessageDeflater(compression.clientForgets());
  }

  /**
   * Puts in a message.
   *
   * @param waiting how many are to be put in now, this one among them
   */
  void message(int sequence, long waiting) {
    if (deflater == null) {
      plain(sequence, waiting);
    } else {
      deflated(deflater, sequence, waiting);
    }
  }

  private void plain(int sequence, long waiting) {
    int size = worker.options().size();
    ByteBuf buffer = room(size, waiting);
    int key = worker.nextKey();
    Frames.writeHead(buffer, true, worker.opcode(), true, size);
    buffer.writeIntLE(key);
    worker.payload().write(buffer, id, sequence, key);
  }

  private void deflated(MessageDeflater with, int sequence, long waiting) {
    ByteBuf plain = channel.alloc().directBuffer(worker.options().size());
    worker.payload().write(plain, id, sequence, 0);
    ByteBuf deflated = with.deflate(channel.alloc(), plain.nioBuffer());
    plain.release();
    int opcode = worker.opcode() | Frames.COMPRESSED;
    ByteBuf buffer = room(deflated.readableBytes(), waiting);
    Frames.writeFromClient(buffer, opcode, deflated, worker.nextKey());
    deflated.release();
  }

  /** A buffer that a frame with {@code size} bytes of payload fits into. */
  private ByteBuf room(int size, long waiting) {
    int need = Frames.headSize(size, true) + size;
    ByteBuf buffer = out;
    if (buffer != null && buffer.writableBytes() < need) {
      channel.write(buffer, channel.voidPromise());
      buffer = null;
    }
    if (buffer == null) {
      long more = Math.min(waiting, CHUNK / need + 1);
      buffer = channel.alloc().directBuffer((int) Math.max(need, Math.min(CHUNK, need * more)));
      out = buffer;
    }
    return buffer;
  }

  /** Sends what was put in, and then a control frame. */
  void control(int opcode, byte[] payload) {
    flush();
    channel.writeAndFlush(
        Frames.fromClient(channel.alloc(), opcode, payload, worker.nextKey()),
        channel.voidPromise());
  }

  /** Sends what was put in. */
  void flush() {
    ByteBuf buffer = out;
    out = null;
    if (buffer != null) {
      channel.writeAndFlush(buffer, channel.voidPromise());
    } else {
      channel.flush();
    }
  }

  /** Drops what was put in and not sent. */
  @Override
  public void close() {
    if (out != null) {
      out.release();
      out = null;
    }
    if (deflater != null) {
      deflater.close();
    }
  }
}
