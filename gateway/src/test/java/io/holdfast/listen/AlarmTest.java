package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the kernel is asked for, which the test plays, and what Netty is told. */
final class AlarmTest {
  private static final int ETIME = -62;

  private final Kernel kernel = new Kernel();
  private final Loop loop = new Loop();
  private final Alarm alarm = new Alarm();
  private final IoHandlerContext seen = alarm.before(loop);

  AlarmTest() {
    alarm.tie(kernel);
  }

  private void rings(int userData) {
    alarm.handle(kernel, new IoUringIoEvent(ETIME, 0, Sqe.TIMEOUT, (long) userData));
  }

  @Test
  void oneDeadlineIsSetOnce() {
    loop.delay = TimeUnit.MINUTES.toNanos(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(seen.deadlineNanos()).as("none, to Netty").isEqualTo(-1);
    }
    assertThat(kernel.asked).containsExactly("timeout 1");
  }

  @Test
  void withoutADeadlineNothingIsSet() {
    loop.delay = -1;
    assertThat(seen.deadlineNanos()).isEqualTo(-1);
    assertThat(kernel.asked).isEmpty();
  }

  @Test
  void anEarlierDeadlineTakesTheLaterOnesPlace() {
    loop.delay = TimeUnit.MINUTES.toNanos(2);
    seen.deadlineNanos();
    loop.delay = TimeUnit.MINUTES.toNanos(1);
    seen.deadlineNanos();
    assertThat(kernel.asked).containsExactly("timeout 1", "cancel 1", "timeout 2");
    alarm.handle(kernel, new IoUringIoEvent(0, 0, Sqe.ASYNC_CANCEL, 2L));
    rings(1); // cancelled
    seen.deadlineNanos();
    assertThat(kernel.asked).as("the second one stands").hasSize(3);
  }

  @Test
  void aLaterDeadlineIsSetWhenItHasRung() {
    loop.delay = TimeUnit.MINUTES.toNanos(1);
    seen.deadlineNanos();
    loop.delay = TimeUnit.MINUTES.toNanos(2);
    seen.deadlineNanos();
    assertThat(kernel.asked).hasSize(1);
    rings(1);
    seen.deadlineNanos();
    assertThat(kernel.asked).containsExactly("timeout 1", "timeout 2");
  }

  @Test
  void oneWhoseTimeHasPassedIsNotReliedOn() {
    loop.delay = 0;
    seen.deadlineNanos();
    seen.deadlineNanos();
    assertThat(kernel.asked).containsExactly("timeout 1", "cancel 1", "timeout 2");
  }

  @Test
  void userDataMayWrapRound() {
    loop.delay = TimeUnit.MINUTES.toNanos(1);
    for (int i = 1; i <= 1 << 16; i++) {
      seen.deadlineNanos();
      rings((short) i);
    }
    seen.deadlineNanos();
    assertThat(kernel.asked).hasSize((1 << 16) + 1).noneMatch(a -> a.startsWith("cancel"));
  }

  @Test
  void itIsCancelledAtTheEnd() {
    loop.delay = TimeUnit.MINUTES.toNanos(1);
    seen.deadlineNanos();
    alarm.close();
    assertThat(kernel.asked).containsExactly("timeout 1", "cancel 1");
    assertThat(kernel.isValid()).isFalse();
    assertThat(seen.deadlineNanos()).as("Netty's own timer then").isNotEqualTo(-1);
  }

  /** With the kernel of this machine, or without its io_uring as Netty does it. */
  @Test
  void aLoopWakesInTimeAndEndsBeforeItsAlarm() throws Exception {
    boolean here = IoUringTransport.missing() == null;
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, here ? IoUringTransport.handlers(1) : NioIoHandler.newFactory());
    try {
      group.schedule(() -> {}, 1, TimeUnit.HOURS);
      for (int i = 0; i < 20; i++) {
        group.schedule(() -> {}, 5, TimeUnit.MILLISECONDS).get(10, TimeUnit.SECONDS);
      }
    } finally {
      group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
    assertThat(group.awaitTermination(10, TimeUnit.SECONDS)).as("ended").isTrue();
  }

  private static final class Loop implements IoHandlerContext {
    private long delay;

    @Override
    public boolean canBlock() {
      return true;
    }

    @Override
    public long delayNanos(long now) {
      return delay;
    }

    @Override
    public long deadlineNanos() {
      return delay == -1 ? -1 : System.nanoTime() + delay;
    }
  }

  private static final class Kernel implements IoRegistration {
    private final List<String> asked = new ArrayList<>();
    private long timeouts;
    private boolean valid = true;

    @Override
    public long submit(IoOps ops) {
      if (Sqe.opcode(ops) == Sqe.TIMEOUT) {
        timeouts++;
        asked.add("timeout " + timeouts);
        return timeouts;
      }
      asked.add("cancel " + Sqe.target(ops));
      return -1;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T attachment() {
      throw new AssertionError("nobody asks");
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
  }
}
