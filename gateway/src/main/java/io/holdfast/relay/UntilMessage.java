package io.holdfast.relay;

import io.netty.buffer.ByteBuf;

/** Passes all on until a message has ended. */
final class UntilMessage implements Detour {
  private final Inlet inlet;
  private final Runnable done;

  UntilMessage(Inlet inlet, Runnable done) {
    this.inlet = inlet;
    this.done = done;
  }

  @Override
  public void pass(ByteBuf bytes) {
    inlet.to().write(bytes);
  }

  @Override
  public boolean passes() {
    return true;
  }

  @Override
  public boolean wantsBoundary() {
    return true;
  }

  @Override
  public void atBoundary(boolean endOfMessage) {
    if (endOfMessage) {
      done.run();
    }
  }
}
