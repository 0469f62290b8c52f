package io.holdfast.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client's first messages, to say them again to a new backend: of protocols whose state is
 * in their opening. Passes all on meanwhile.
 */
final class Prologue implements Detour {
  private final Inlet inlet;
  private final int limit;
  private int left;
  private boolean control;

  /** Frames of the messages, as they came, masked; null when they are too large. */
  private @Nullable ByteBuf kept = Unpooled.EMPTY_BUFFER;

  Prologue(Inlet inlet, int messages, int limit) {
    this.inlet = inlet;
    this.left = messages;
    this.limit = limit;
  }

  @Override
  public void pass(ByteBuf bytes) {
    if (!control && left > 0) {
      keep(bytes);
    }
    control = false;
    inlet.to().write(bytes);
  }

  private void keep(ByteBuf bytes) {
    ByteBuf before = kept;
    if (before == null) {
      return;
    }
    int size = before.readableBytes() + bytes.readableBytes();
    // On the heap, and of the very size: it stays as long as the relay.
    kept =
        size > limit
            ? null
            : Unpooled.buffer(size, size)
                .writeBytes(before, 0, before.readableBytes())
                .writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
  }

  @Override
  public boolean passes() {
    return true;
  }

  @Override
  public void onControl() {
    control = true;
  }

  @Override
  public boolean wantsBoundary() {
    return true;
  }

  @Override
  public void atBoundary(boolean endOfMessage) {
    if (endOfMessage && --left == 0) {
      inlet.straight();
    }
  }

  /** Whether the client has said them all, and they were kept. */
  boolean complete() {
    return left == 0 && kept != null;
  }

  /** Whether the client has said nothing yet. */
  boolean unspoken() {
    return kept != null && kept.readableBytes() == 0;
  }

  /** All of it. */
  ByteBuf bytes() {
    return kept == null ? Unpooled.EMPTY_BUFFER : kept.duplicate();
  }
}
