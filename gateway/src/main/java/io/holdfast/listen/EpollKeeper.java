package io.holdfast.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler, but a socket that is waited on for nothing stays in epoll. Netty takes it
 * out and forgets that it did (netty/netty#16689, from 4.2.13 to at least 4.2.18): the next wait
 * asks epoll to change what is not there, and the error closes the channel. It met every peer that
 * had ended its side, once a write to it had to wait.
 *
 * <p>Remove this class when Netty adds such a socket anew; {@code HalfClosedIT} tells.
 */
final class EpollKeeper implements IoHandler {
  /** Only errors, which epoll always tells; by edge, since by level they would not end. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

  private final IoHandler netty;

  private EpollKeeper(IoHandler netty) {
    this.netty = netty;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory netty = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new EpollKeeper(netty.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return netty.isChangingThreadSupported();
      }
    };
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(netty.register(handle));
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

  private record Registration(IoRegistration netty) implements IoRegistration {
    @Override
    public long submit(IoOps ops) {
      return netty.submit(ops.equals(EpollIoOps.NONE) ? NOTHING : ops);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      return netty.attachment();
    }

    @Override
    public boolean isValid() {
      return netty.isValid();
    }

    @Override
    public boolean cancel() {
      return netty.cancel();
    }
  }
}
