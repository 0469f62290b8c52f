package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IoUringRequestsTest {
  /** Netty takes a wake-up for one only when it is from another thread. */
  @Test
  void aLoopIsWokenByAnotherThreadBeforeItsMemoryIsFreed() {
    Netty netty = new Netty();
    new IoUringRequests(netty, 1, 1).destroy();
    assertThat(netty.calls).containsExactly("wakeup by another", "destroy by the loop");
  }

  private static final class Netty implements IoHandler {
    private final Thread loop = Thread.currentThread();
    private final List<String> calls = new ArrayList<>();

    private void called(String what) {
      calls.add(what + " by " + (Thread.currentThread().equals(loop) ? "the loop" : "another"));
    }

    @Override
    public void wakeup() {
      called("wakeup");
    }

    @Override
    public void destroy() {
      called("destroy");
    }

    @Override
    public int run(IoHandlerContext context) {
      throw new AssertionError("it has ended");
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new AssertionError("it has ended");
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }
}
