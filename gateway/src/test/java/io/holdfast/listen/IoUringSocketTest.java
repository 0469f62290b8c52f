package io.holdfast.listen;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches the kernel, and what the channel hears, with a kernel that the test plays. */
final class IoUringSocketTest {
  private static final int FD = 7;
  private static final short GROUP = 1;
  private static final int PART = 1000;
  private static final int LIMIT = 3000;
  private static final int MORE = Sqe.MORE;
  private static final int NONEMPTY = Sqe.SOCK_NONEMPTY;
  private static final int BUFFER = 1;

  private static final String ARMED = "receive 5 up to 3000";
  private static final String CANCELLED = "cancel 27005";
  private static final String WATCHED = "poll 0";

  private final Kernel kernel = new Kernel();
  private final Channel channel = new Channel();
  private final IoUringRequests requests = new IoUringRequests(kernel, PART, LIMIT);
  private @Nullable IoRegistration registered;

  /** What the kernel knows a request by. */
  private static long id(byte opcode, int userData) {
    return 1000L * opcode + userData;
  }

  @BeforeEach
  void register() throws Exception {
    registered = requests.register(channel);
  }

  private IoRegistration socket() {
    return requireNonNull(registered);
  }

  private long receive(int userData) {
    return socket().submit(Sqe.receive(FD, GROUP, (short) userData, 0, 0));
  }

  /** The kernel answers. */
  private void complete(byte opcode, int res, int flags, int userData) {
    requireNonNull(kernel.handle)
        .handle(kernel, new IoUringIoEvent(res, flags, opcode, (long) userData));
  }

  private void received(int res, int flags) {
    complete(Sqe.RECV, res, flags | BUFFER, 5);
  }

  @Test
  void aReceiveIsAskedForInPartsUpToALimit() {
    long id = receive(5);

    assertThat(id).isPositive();
    assertThat(kernel.asked).containsExactly(ARMED);
  }

  @Test
  void partsPassAsTheyAre() {
    receive(5);
    received(10, MORE | NONEMPTY);
    received(20, MORE);

    assertThat(channel.heard).containsExactly("10 more nonempty", "20 more");
    assertThat(kernel.asked).containsExactly(ARMED);
  }

  @Test
  void atTheLimitItIsAskedForAnewAndTheChannelHearsOfAPause() {
    receive(5);
    received(3000, NONEMPTY);

    assertThat(channel.heard).containsExactly("3000 more");
    assertThat(kernel.asked).containsExactly(ARMED, ARMED);
  }

  @Test
  void whoCancelsAtTheLimitIsToldSoAndTheKernelIsNotAsked() {
    long id = receive(5);
    channel.then = () -> socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(3000, NONEMPTY);

    assertThat(channel.heard).containsExactly("3000 more", "-125");
    assertThat(kernel.asked).containsExactly(ARMED, WATCHED);
  }

  @Test
  void whoCancelledBeforeTheLimitCameIsToldSoWhenItComes() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(3000, 0);

    assertThat(channel.heard).containsExactly("3000 more", "-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED);
  }

  @Test
  void aCancellationBetweenReachesTheKernelWhichAnswersIt() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(-Sqe.ECANCELED, 0);

    assertThat(channel.heard).containsExactly("-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED);
  }

  @Test
  void aCancellationThatMissedTheReceiveIsRepeated() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    complete(Sqe.ASYNC_CANCEL, -Sqe.ENOENT, 0, Sqe.RECV);

    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, CANCELLED);
  }

  @Test
  void aCancellationThatCameTooLateIsNotRepeated() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(3000, 0);
    complete(Sqe.ASYNC_CANCEL, -Sqe.ENOENT, 0, Sqe.RECV);

    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED);
  }

  @Test
  void afterACancellationItCanBeAskedForAgain() {
    long id = receive(5);
    channel.then = () -> socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(3000, NONEMPTY);
    receive(6);

    assertThat(kernel.asked).containsExactly(ARMED, WATCHED, "receive 6 up to 3000");
  }

  @Test
  void theEndAndErrorsPassAsTheyAre() {
    receive(5);
    complete(Sqe.RECV, 0, NONEMPTY, 5);
    receive(5);
    complete(Sqe.RECV, -104, 0, 5);

    assertThat(channel.heard).containsExactly("0 nonempty", "-104");
  }

  @Test
  void aKernelWithoutTheLimitIsAskedForOnePartAtATime() {
    receive(5);
    complete(Sqe.RECV, -Sqe.EINVAL, 0, 5);
    received(10, NONEMPTY);
    received(20, 0);
    receive(6);

    assertThat(channel.heard).containsExactly("10 more", "20 more");
    assertThat(kernel.asked)
        .containsExactly(
            ARMED,
            "receive 5 once",
            "receive 5 once",
            "receive 5 once when there is something",
            "receive 6 once");
  }

  @Test
  void aRefusalOfTheLimitConcernsEverySocketThatAskedForIt() throws Exception {
    Channel other = new Channel();
    receive(5);
    IoUringIoHandle first = requireNonNull(kernel.handle);
    requests.register(other).submit(Sqe.receive(FD, GROUP, (short) 6, 0, 0));
    IoUringIoEvent refusal = new IoUringIoEvent(-Sqe.EINVAL, 0, Sqe.RECV, 5L);
    first.handle(kernel, refusal);
    requireNonNull(kernel.handle).handle(kernel, refusal);

    assertThat(channel.heard).isEmpty();
    assertThat(other.heard).isEmpty();
    assertThat(kernel.asked)
        .containsExactly(ARMED, "receive 6 up to 3000", "receive 5 once", "receive 6 once");
  }

  @Test
  void whoCancelledWhatWasThenRefusedIsToldSo() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    complete(Sqe.RECV, -Sqe.EINVAL, 0, 5);

    assertThat(channel.heard).containsExactly("-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED);
  }

  @Test
  void aLackOfBuffersIsTheChannelsToMend() {
    receive(5);
    complete(Sqe.RECV, -Sqe.ENOBUFS, 0, 5);

    assertThat(channel.heard).containsExactly("-105");
  }

  @Test
  void aLackOfBuffersIsTheEndForWhoCancelled() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    complete(Sqe.RECV, -Sqe.ENOBUFS, 0, 5);

    assertThat(channel.heard).containsExactly("-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED);
  }

  @Test
  void whatStillComesAfterACancellationLooksLikeTheLastForNow() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(1000, MORE | NONEMPTY);
    received(-Sqe.ECANCELED, 0);

    assertThat(channel.heard).containsExactly("1000 more", "-125");
  }

  @Test
  void aSocketThatTheKernelNoLongerKnowsIsNotReadOn() {
    receive(5);
    kernel.valid = false;
    received(3000, 0);

    assertThat(channel.heard).containsExactly("3000 more", "-125");
  }

  // Waiting to write.

  private long waitToWrite(int userData) {
    return socket().submit(Sqe.pollOnce(FD, Sqe.POLLOUT, (short) userData));
  }

  @Test
  void thatThePeerHasEndedItsSideIsNotTheEndOfAWaitToWrite() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, MORE, 8);

    assertThat(channel.heard).isEmpty();
    assertThat(kernel.asked).containsExactly("poll 8");
  }

  @Test
  void aSocketThatCanBeWrittenToEndsTheWait() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, MORE, 8);
    complete(Sqe.POLL_ADD, Sqe.POLLOUT | Sqe.POLLRDHUP, MORE, 8);
    complete(Sqe.POLL_ADD, -Sqe.ECANCELED, 0, 8);

    assertThat(channel.heard).containsExactly("poll 4");
    assertThat(kernel.asked).containsExactly("poll 8", "cancel 6008");
  }

  @Test
  void aSocketThatIsBrokenEndsTheWaitToo() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLHUP, 0, 8);

    assertThat(channel.heard).containsExactly("poll 4");
    assertThat(kernel.asked).containsExactly("poll 8");
  }

  @Test
  void aWaitThatTheKernelEndsTooEarlyGoesOn() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, 0, 8);

    assertThat(channel.heard).isEmpty();
    assertThat(kernel.asked).containsExactly("poll 8", "poll 8");
  }

  @Test
  void whatIsStillHeardOfAWaitThatIsOverIsNotTheNextOnes() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLOUT, MORE, 8);
    waitToWrite(9);
    complete(Sqe.POLL_ADD, Sqe.POLLOUT, MORE, 9);
    waitToWrite(10);
    complete(Sqe.POLL_ADD, -Sqe.ECANCELED, 0, 8);
    complete(Sqe.POLL_ADD, Sqe.POLLOUT, MORE, 9);
    complete(Sqe.POLL_ADD, -Sqe.ECANCELED, 0, 9);

    assertThat(channel.heard).containsExactly("poll 4", "poll 4");
    assertThat(kernel.asked)
        .containsExactly("poll 8", "cancel 6008", "poll 9", "cancel 6009", "poll 10");
  }

  @Test
  void aWaitThatTheChannelCancelsEnds() {
    long id = waitToWrite(8);
    socket().submit(Sqe.cancel(id, Sqe.POLL_ADD));
    complete(Sqe.POLL_ADD, -Sqe.ECANCELED, 0, 8);

    assertThat(channel.heard).containsExactly("poll 4");
    assertThat(kernel.asked).containsExactly("poll 8", "cancel 6008");
  }

  // The end of the peer's side.

  /** It is read no more. */
  private void pause(long id) {
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    received(-Sqe.ECANCELED, 0);
  }

  private long watch() {
    return socket().submit(Sqe.pollOnce(FD, Sqe.POLLRDHUP, (short) 4));
  }

  @Test
  void whoReadsHearsOfTheEndByReading() {
    assertThat(watch()).isZero();
    receive(5);
    complete(Sqe.RECV, 0, 0, 5);
    socket().submit(close());

    assertThat(channel.heard).containsExactly("0");
    assertThat(kernel.asked).containsExactly(ARMED, "close");
  }

  @Test
  void theFirstPauseHasTheKernelWatch() {
    watch();
    pause(receive(5));
    pause(receive(5));
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, 0, 0);

    assertThat(channel.heard).containsExactly("-125", "-125", "poll 8192");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED, ARMED, CANCELLED);
  }

  @Test
  void whoReadsOnAtOnceIsNotPaused() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    channel.then = () -> receive(6);
    received(-Sqe.ECANCELED, 0);

    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, "receive 6 up to 3000");
  }

  @Test
  void ofOneEndItIsHeardOnce() {
    pause(receive(5));
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, 0, 0);
    pause(receive(5));
    socket().submit(close());

    assertThat(channel.heard).containsExactly("-125", "poll 8192", "-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED, ARMED, CANCELLED, "close");
  }

  @Test
  void theWatchEndsWithTheSocket() {
    pause(receive(5));
    socket().submit(close());
    complete(Sqe.POLL_ADD, -Sqe.ECANCELED, 0, 0);

    assertThat(channel.heard).containsExactly("-125");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, WATCHED, "cancel 6000", "close");
  }

  @Test
  void anEndThatComesTooLateIsNotHeard() {
    pause(receive(5));
    socket().submit(close());
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, 0, 0);

    assertThat(channel.heard).containsExactly("-125");
  }

  /** Netty then waits until nothing is under way, before it asks for the end of any socket. */
  @Test
  void theWatchEndsWithTheLoop() throws Exception {
    pause(receive(5));
    receive(6);
    requireNonNull(kernel.handle).close();

    assertThat(kernel.asked)
        .containsExactly(ARMED, CANCELLED, WATCHED, "receive 6 up to 3000", "cancel 6000");
    socket().submit(close());
    assertThat(kernel.asked).as("once").hasSize(6).endsWith("close");
  }

  @Test
  void whoHasReadTheEndIsNotWatched() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    complete(Sqe.RECV, 0, 0, 5);

    assertThat(channel.heard).containsExactly("0");
    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED);
  }

  @Test
  void aSocketThatIsBeingClosedIsNotPaused() {
    long id = receive(5);
    socket().submit(Sqe.cancel(id, Sqe.RECV));
    channel.then = () -> socket().submit(close());
    received(-Sqe.ECANCELED, 0);

    assertThat(kernel.asked).containsExactly(ARMED, CANCELLED, "close");
  }

  @Test
  void whoWaitsForSomethingToReadBeforeItReadsIsWatchedAtOnce() {
    watch();
    socket().submit(Sqe.pollOnce(FD, Sqe.POLLIN, (short) 3));

    assertThat(kernel.asked).containsExactly(WATCHED, "poll 3");
  }

  @Test
  void whoReadsWithoutTheSharedBuffersIsWatchedAtOnce() {
    socket()
        .submit(
            new IoUringIoOps(
                Sqe.RECV, (byte) 0, (short) 0, FD, 0, 99, 10, 0, 3, (short) 0, (short) 0, 0, 0));

    assertThat(kernel.asked).containsExactly(WATCHED, "receive 3 into 99");
  }

  private static IoUringIoOps close() {
    return new IoUringIoOps(
        Sqe.CLOSE, (byte) 0, (short) 0, FD, 0, 0, 0, 0, 9, (short) 0, (short) 0, 0, 0);
  }

  @Test
  void otherPollsPass() {
    waitToWrite(8);
    complete(Sqe.POLL_ADD, Sqe.POLLRDHUP, 0, 3);

    assertThat(channel.heard).containsExactly("poll 8192");
  }

  /** Netty's handler, which hands all to the kernel. */
  private static final class Kernel implements IoHandler, IoRegistration {
    final List<String> asked = new ArrayList<>();
    boolean valid = true;
    @Nullable IoUringIoHandle handle;

    @Override
    public IoRegistration register(IoHandle socket) {
      handle = (IoUringIoHandle) socket;
      return this;
    }

    @Override
    public long submit(IoOps ops) {
      if (!valid) {
        return 0;
      }
      asked.add(
          switch (Sqe.opcode(ops)) {
            case Sqe.RECV -> receive((IoUringIoOps) ops);
            case Sqe.ASYNC_CANCEL -> "cancel " + Sqe.target(ops);
            case Sqe.CLOSE -> "close";
            default -> "poll " + Sqe.userData(ops);
          });
      return id(Sqe.opcode(ops), Sqe.userData(ops));
    }

    private static String receive(IoUringIoOps ops) {
      if (!Sqe.selectsBuffer(ops)) {
        return "receive " + Sqe.userData(ops) + " into " + Sqe.target(ops);
      }
      assertThat(Sqe.fd(ops)).isEqualTo(FD);
      assertThat(Sqe.bufferGroup(ops)).isEqualTo(GROUP);
      short userData = Sqe.userData(ops);
      String text = ops.toString();
      return "receive "
          + userData
          + (text.equals(Sqe.receive(FD, GROUP, userData, PART, LIMIT).toString())
              ? " up to " + LIMIT
              : text.equals(Sqe.receiveOnce(FD, GROUP, userData, PART, false).toString())
                  ? " once"
                  : text.equals(Sqe.receiveOnce(FD, GROUP, userData, PART, true).toString())
                      ? " once when there is something"
                      : text);
    }

    @Override
    public int run(IoHandlerContext context) {
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

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void initialize() {}

    @Override
    public void prepareToDestroy() {}

    @Override
    public void destroy() {}

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }

  /** Netty's channel. */
  private static final class Channel implements IoUringIoHandle {
    final List<String> heard = new ArrayList<>();

    /** What it does about the next event, once. */
    Runnable then = () -> {};

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      IoUringIoEvent completion = (IoUringIoEvent) event;
      heard.add(
          (completion.opcode() == Sqe.POLL_ADD ? "poll " : "")
              + completion.res()
              + ((completion.flags() & MORE) != 0 ? " more" : "")
              + ((completion.flags() & NONEMPTY) != 0 ? " nonempty" : ""));
      Runnable now = then;
      then = () -> {};
      now.run();
    }

    @Override
    public void close() {}
  }
}
