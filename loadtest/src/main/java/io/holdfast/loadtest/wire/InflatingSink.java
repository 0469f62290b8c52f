package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates compressed messages (RFC 7692 section 7.2.2) on their way to another sink, as their
 * bytes come. The head's length and offset still tell of the frame as it was sent. Not thread-safe;
 * holds some 40 KiB outside the heap until it is closed.
 */
public final class InflatingSink implements FrameSink, AutoCloseable {
  private static final int CHUNK = 8 << 10;

  /** What the sender has left out. */
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final FrameSink next;
  private final boolean forgets;
  private final Inflater inflater = new Inflater(true);
  private final byte[] chunk = new byte[CHUNK];
  private final ByteBuf plain = Unpooled.wrappedBuffer(chunk);

  /**
   * A sink at the start of a connection.
   *
   * @param next hears payloads as they were before they were deflated
   * @param forgets whether messages never refer to those before them
   */
  public InflatingSink(FrameSink next, boolean forgets) {
    this.next = next;
    this.forgets = forgets;
  }

  @Override
  public void frameStart(FrameReader head, ByteBuf in) {
    next.frameStart(head, in);
  }

  @Override
  public void payload(FrameReader head, ByteBuf in, int length) {
    if (head.compressed()) {
      inflate(head, in.nioBuffer(in.readerIndex(), length));
    } else {
      next.payload(head, in, length);
    }
  }

  @Override
  public void frameEnd(FrameReader head) {
    if (head.compressed() && head.fin()) {
      inflate(head, ByteBuffer.wrap(TAIL));
      if (forgets) {
        inflater.reset();
      }
    }
    if (!head.stopped()) {
      next.frameEnd(head);
    }
  }

  @Override
  public void violation(String what) {
    next.violation(what);
  }

  private void inflate(FrameReader head, ByteBuffer bytes) {
    inflater.setInput(bytes);
    try {
      while (!head.stopped()) {
        int count = inflater.inflate(chunk);
        if (count > 0) {
          next.payload(head, plain.setIndex(0, count), count);
        } else if (inflater.finished() && bytes.hasRemaining()) {
          // A final block may end a message too (section 7.2.3.5); what follows starts anew.
          inflater.reset();
          inflater.setInput(bytes);
        } else {
          return;
        }
      }
    } catch (DataFormatException e) {
      head.stop();
      next.violation("a compressed message cannot be inflated: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
