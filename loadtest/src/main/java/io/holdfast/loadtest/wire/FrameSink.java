package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;

/** Hears what a {@link FrameReader} finds, in the order of the bytes, on the thread that reads. */
public interface FrameSink {

  /** A header has ended; {@code head} tells its fields. */
  void frameStart(FrameReader head, ByteBuf in);

  /**
   * Payload bytes, as many as {@code in} holds of this frame, still masked if the frame is. They
   * start at {@code in.readerIndex()}, which the reader moves on afterwards; {@code head.offset()}
   * says how many bytes of the frame came before. Not called for empty frames.
   */
  void payload(FrameReader head, ByteBuf in, int length);

  /** The frame's last byte was read. */
  void frameEnd(FrameReader head);

  /** The peer broke RFC 6455; the reader ignores everything from here on. */
  void violation(String what);
}
