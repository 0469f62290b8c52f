package io.holdfast.relay;

import io.netty.buffer.ByteBuf;

/** Drops the first messages of a direction and holds what else comes, such as control frames. */
final class Swallow implements Detour {
  private final Hold hold;
  private final Runnable done;
  private int left;
  private boolean control;

  /**
   * Begins.
   *
   * @param count messages to drop
   * @param done called when one of them was dropped
   */
  Swallow(int count, Hold hold, Runnable done) {
    this.left = count;
    this.hold = hold;
    this.done = done;
  }

  @Override
  public void pass(ByteBuf bytes) {
    if (left == 0 || control) {
      hold.pass(bytes);
    } else {
      bytes.release();
    }
    control = false;
  }

  @Override
  public boolean passes() {
    return false;
  }

  @Override
  public void onControl() {
    control = true;
  }

  @Override
  public boolean wantsBoundary() {
    return left > 0;
  }

  @Override
  public void atBoundary(boolean endOfMessage) {
    if (endOfMessage) {
      left--;
      done.run();
    }
  }

  @Override
  public void release() {
    hold.release();
  }
}
