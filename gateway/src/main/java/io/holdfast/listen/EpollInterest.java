package io.holdfast.listen;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handler, but what sockets wait for is told to epoll once, before it is asked what
 * is ready. Netty tells each change at once: it takes twelve system calls to dial, switch and close
 * a relay that way, of which seven undo each other.
 *
 * <p>A socket that is waited on for nothing stays in epoll. Netty takes it out and forgets that it
 * did (netty/netty#16689, from 4.2.13 to at least 4.2.18): the next wait asks epoll to change what
 * is not there, and the error closes the channel. It met every peer that had ended its side, once a
 * write to it had to wait; {@code HalfClosedIT} tells when Netty adds such a socket anew.
 */
final class EpollInterest extends AmendedIoHandler {
  private static final Logger log = LoggerFactory.getLogger(EpollInterest.class);

  /** Only errors, which epoll always tells; by edge, since by level they would not end. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

  private final ThreadAwareExecutor loop;
  private final List<Registration> changed = new ArrayList<>();

  EpollInterest(IoHandler netty, ThreadAwareExecutor loop) {
    super(netty);
    this.loop = loop;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory netty = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new EpollInterest(netty.newHandler(executor), executor);
      }

      @Override
      public boolean isChangingThreadSupported() {
        return netty.isChangingThreadSupported();
      }
    };
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    Socket socket = new Socket((EpollIoHandle) handle);
    Registration registration = new Registration(netty.register(socket), handle);
    socket.registration = registration;
    return registration;
  }

  @Override
  public int run(IoHandlerContext context) {
    // By index: one that fails is closed, which may change others.
    for (int i = 0; i < changed.size(); i++) {
      changed.get(i).tell();
    }
    changed.clear();
    return netty.run(context);
  }

  /**
   * A socket that hears of nothing before epoll was told of it. What comes earlier is meant for a
   * socket that had the same number and was closed in the same round: a dial that took its hang-up
   * for its own failed, though the backend listens.
   */
  @SuppressWarnings("try") // Netty's signature of close
  private static final class Socket implements EpollIoHandle {
    private final EpollIoHandle netty;
    private @Nullable Registration registration;

    Socket(EpollIoHandle netty) {
      this.netty = netty;
    }

    @Override
    public FileDescriptor fd() {
      return netty.fd();
    }

    @Override
    public void handle(IoRegistration ofNetty, IoEvent event) {
      Registration present = registration;
      if (present != null && present.told != null) {
        netty.handle(ofNetty, event);
      }
    }

    @Override
    public void registered() {
      netty.registered();
    }

    @Override
    public void unregistered() {
      netty.unregistered();
    }

    @Override
    public void close() throws Exception {
      netty.close();
    }
  }

  /** What one socket waits for. Used by the loop's thread, as Netty's channels do. */
  private final class Registration implements IoRegistration {
    private final IoRegistration netty;
    private final IoHandle handle;
    private @Nullable EpollIoOps told;
    private @Nullable EpollIoOps wanted;

    Registration(IoRegistration netty, IoHandle handle) {
      this.netty = netty;
      this.handle = handle;
    }

    @Override
    public long submit(IoOps ops) {
      assert loop.isExecutorThread(Thread.currentThread());
      if (!netty.isValid()) {
        return -1;
      }
      EpollIoOps asked = (EpollIoOps) ops;
      if (wanted == null) {
        changed.add(this);
      }
      wanted = asked.equals(EpollIoOps.NONE) ? NOTHING : asked;
      return 0;
    }

    void tell() {
      EpollIoOps interest = wanted;
      wanted = null;
      if (interest == null || interest.equals(told) || !netty.isValid()) {
        return;
      }
      told = interest;
      try {
        netty.submit(interest);
      } catch (UncheckedIOException e) {
        log.warn("epoll takes no more sockets: {}", e.getMessage());
        close();
      }
    }

    private void close() {
      try {
        handle.close();
      } catch (Exception e) {
        log.debug("cannot close a socket that epoll does not take", e);
      }
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
