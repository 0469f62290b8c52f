package io.holdfast.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps bytes back, in their order. */
final class Hold implements Detour {
  /** Up to this it is copied: what was received is part of a large buffer, which it would keep. */
  private static final int SMALL = 4 * 1024;

  private final Deque<ByteBuf> bytes = new ArrayDeque<>();
  private int size;

  @Override
  public void pass(ByteBuf more) {
    size += more.readableBytes();
    bytes.add(more.readableBytes() < SMALL ? copy(more) : more);
  }

  private static ByteBuf copy(ByteBuf in) {
    try {
      return in.alloc().buffer(in.readableBytes()).writeBytes(in);
    } finally {
      in.release();
    }
  }

  @Override
  public boolean passes() {
    return false;
  }

  /** Bytes that are held. */
  int size() {
    return size;
  }

  /** Lets all go to {@code outlet}. */
  void drainTo(Outlet outlet) {
    for (ByteBuf next = bytes.poll(); next != null; next = bytes.poll()) {
      outlet.write(next);
    }
    size = 0;
  }

  @Override
  public void release() {
    bytes.forEach(ByteBuf::release);
    bytes.clear();
    size = 0;
  }
}
