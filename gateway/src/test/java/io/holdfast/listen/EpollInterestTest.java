package io.holdfast.listen;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EpollInterestTest {
  private static final IoHandlerContext CONTEXT =
      new IoHandlerContext() {
        @Override
        public boolean canBlock() {
          return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
          return 0;
        }

        @Override
        public long deadlineNanos() {
          return -1;
        }
      };

  private static final char REFUSED = 'r';

  private final Recorder epoll = new Recorder();
  private final EpollInterest handler = new EpollInterest(epoll, new ThisThread());

  @Test
  void changesOfOneRoundAreToldOnceAndTheLastCounts() throws Exception {
    IoRegistration socket = handler.register(new Socket('a'));

    socket.submit(EpollIoOps.EPOLLOUT);
    socket.submit(EpollIoOps.EPOLLRDHUP);
    socket.submit(EpollIoOps.EPOLLIN);
    assertThat(epoll.told).isEmpty();
    handler.run(CONTEXT);

    assertThat(epoll.told).containsExactly("a EPOLLIN", "wait");
  }

  @Test
  void whatIsUndoneBeforeTheWaitIsNotTold() throws Exception {
    IoRegistration socket = handler.register(new Socket('a'));
    socket.submit(EpollIoOps.EPOLLIN);
    handler.run(CONTEXT);
    epoll.told.clear();

    socket.submit(EpollIoOps.NONE);
    socket.submit(EpollIoOps.EPOLLIN);
    handler.run(CONTEXT);

    assertThat(epoll.told).containsExactly("wait");
  }

  @Test
  void aSocketThatWaitsForNothingStays() throws Exception {
    IoRegistration socket = handler.register(new Socket('a'));

    socket.submit(EpollIoOps.NONE);
    handler.run(CONTEXT);

    assertThat(epoll.told).containsExactly("a EPOLLET", "wait");
  }

  @Test
  void aSocketThatIsGoneIsNotTold() throws Exception {
    IoRegistration socket = handler.register(new Socket('a'));
    socket.submit(EpollIoOps.EPOLLIN);
    socket.cancel();
    handler.run(CONTEXT);

    assertThat(epoll.told).containsExactly("wait");
    assertThat(socket.submit(EpollIoOps.EPOLLIN)).isEqualTo(-1);
  }

  @Test
  void aSocketThatEpollDoesNotTakeIsClosedAndTheOthersAreTold() throws Exception {
    Socket refused = new Socket(REFUSED);
    handler.register(refused).submit(EpollIoOps.EPOLLIN);
    handler.register(new Socket('b')).submit(EpollIoOps.EPOLLIN);

    handler.run(CONTEXT);

    assertThat(refused.closed).isTrue();
    assertThat(epoll.told).containsExactly("b EPOLLIN", "wait");
  }

  @Test
  void aSocketHearsNothingThatWasMeantForOneWithItsNumberBefore() throws Exception {
    Socket socket = new Socket('a');
    IoRegistration registration = handler.register(socket);
    registration.submit(EpollIoOps.EPOLLOUT);
    IoHandle registered = requireNonNull(epoll.registered);

    registered.handle(registration, new IoEvent() {});
    assertThat(socket.events).isZero();

    handler.run(CONTEXT);
    registered.handle(registration, new IoEvent() {});
    assertThat(socket.events).isEqualTo(1);
  }

  /** What would go to the kernel. */
  private static final class Recorder implements IoHandler {
    final List<String> told = new ArrayList<>();
    @Nullable IoHandle registered;

    @Override
    public int run(IoHandlerContext context) {
      told.add("wait");
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      registered = handle;
      return new IoRegistration() {
        private boolean valid = true;

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
          throw new UnsupportedOperationException();
        }

        @Override
        public long submit(IoOps ops) {
          char name = (char) ((EpollIoHandle) handle).fd().intValue();
          if (name == REFUSED) {
            throw new UncheckedIOException(new IOException("no space"));
          }
          told.add(name + " " + name(ops));
          return 0;
        }

        @Override
        public boolean isValid() {
          return valid;
        }

        @Override
        public boolean cancel() {
          valid = false;
          return true;
        }
      };
    }

    private static String name(IoOps ops) {
      return ops.equals(EpollIoOps.EPOLLIN)
          ? "EPOLLIN"
          : ops.equals(EpollIoOps.EPOLLET) ? "EPOLLET" : ops.toString();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }

  /** Its number is a letter. */
  private static final class Socket implements EpollIoHandle {
    private final FileDescriptor number;
    int events;
    boolean closed;

    Socket(char letter) {
      number = new FileDescriptor(letter);
    }

    @Override
    public FileDescriptor fd() {
      return number;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      events++;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class ThisThread implements ThreadAwareExecutor {
    @Override
    public boolean isExecutorThread(Thread thread) {
      return true;
    }

    @Override
    public void execute(Runnable command) {
      command.run();
    }
  }
}
