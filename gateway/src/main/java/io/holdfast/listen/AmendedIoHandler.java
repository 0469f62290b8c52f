package io.holdfast.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;

/** Netty's handler of an event loop, but for what a subclass does in another way. */
abstract class AmendedIoHandler implements IoHandler {
  /** What it stands before. */
  final IoHandler netty;

  AmendedIoHandler(IoHandler netty) {
    this.netty = netty;
  }

  @Override
  public void initialize() {
    netty.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return netty.run(context);
  }

  @Override
  public void prepareToDestroy() {
    netty.prepareToDestroy();
  }

  @Override
  public void destroy() {
    netty.destroy();
  }

  @Override
  public void wakeup() {
    netty.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return netty.isCompatible(type);
  }
}
