package io.holdfast.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Services;
import io.holdfast.model.Balance;
import io.holdfast.model.MessageLimits;
import io.holdfast.observe.Meters;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import io.holdfast.relay.RelayPolicy;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which relays a drain takes, how often it tries, and what it counts. */
final class DrainTest {
  private static final Pace BY_RATE = new Pace(Pace.FOR_EVER, OptionalDouble.of(1000));

  private final DefaultEventLoop thread = new DefaultEventLoop();
  private final RelayLoop loop = new RelayLoop(thread);
  private final Meters meters = new Meters();

  /** Relays of the backend that drains. */
  private final Set<Relay> here = ConcurrentHashMap.newKeySet();

  private final Progress progress = new Progress(_ -> {});

  @AfterEach
  void stop() throws Exception {
    // Both ends of what is left, or the loop's tick would hold it.
    thread.submit(() -> loop.forEach(relay -> relay.end(CloseCode.GOING_AWAY, "", ""))).get();
    thread.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
  }

  private Relay relay() throws Exception {
    return thread
        .submit(() -> {
          EmbeddedChannel client = new EmbeddedChannel();
          EmbeddedChannel backend = new EmbeddedChannel();
          Relay relay =
              new Relay(
                  loop,
                  RelayPolicy.of(
                      Services.service("chat", Balance.RANDOM, Services.backend("a", 1)),
                      MessageLimits.NONE),
                  "chat",
                  meters,
                  meters.newTraffic("chat"),
                  Extensions.NONE,
                  client,
                  backend,
                  (_, _) -> {});
          client.pipeline().addLast(relay.clientHandler());
          backend.pipeline().addLast(relay.backendHandler());
          relay.start();
          here.add(relay);
          return relay;
        })
        .get();
  }

  private Drain drain(Pace pace, Drain.Mover mover) {
    return new Drain(here::contains, pace, CloseCode.GOING_AWAY, "drained", mover, progress);
  }

  @Test
  void whatWasToEndWhenItIsStoppedIsCountedFirst() throws Exception {
    relay();
    relay();
    CountDownLatch ending = new CountDownLatch(1);
    CompletableFuture<Void> held = new CompletableFuture<>();
    AtomicInteger looks = new AtomicInteger();
    Drain drain =
        new Drain(
            relay -> {
              if (looks.incrementAndGet() > 2) { // was found, and is now to end
                ending.countDown();
                held.join();
              }
              return here.contains(relay);
            },
            Pace.AT_ONCE,
            CloseCode.GOING_AWAY,
            "drained",
            null,
            progress);
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread drains =
        Thread.ofVirtual()
            .start(() -> {
              try {
                drain.run(List.of(loop), () -> true);
                ended.completeExceptionally(new AssertionError("not stopped"));
              } catch (InterruptedException e) {
                ended.complete(progress.now().ended());
              }
            });
    assertThat(ending.await(10, TimeUnit.SECONDS)).isTrue();
    drains.interrupt();
    drains.join(Duration.ofMillis(100)); // the time in which it would tell too early
    held.complete(null);
    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void whoComesBackIsMovedAgain() throws Exception {
    Relay relay = relay();
    AtomicInteger moves = new AtomicInteger();
    Drain.Mover mover =
        (moved, told) -> {
          here.remove(moved);
          told.onMoved(0, 0, true);
          if (moves.incrementAndGet() < 3) {
            here.add(moved); // its new backend is lost, and there is no other
          }
        };
    drain(Pace.AT_ONCE, mover).run(List.of(loop), () -> moves.get() < 3);
    assertThat(moves).hasValue(3);
    assertThat(relay.closing()).isFalse();
    assertThat(progress.now().found()).isEqualTo(3);
    assertThat(progress.now().moved()).isEqualTo(3);
    assertThat(progress.now().toGo()).isZero();
  }

  @Test
  void nobodyIsCountedTwiceWhoIsStillBeingMoved() throws Exception {
    relay();
    AtomicInteger looks = new AtomicInteger();
    Drain.Mover never = (_, told) -> told.onFailed(MoveOutcome.Failure.BUSY_LEFT);
    drain(Pace.AT_ONCE, never).run(List.of(loop), () -> looks.incrementAndGet() < 4);
    assertThat(progress.now().found()).isEqualTo(1);
    assertThat(progress.now().left()).isEqualTo(1);
  }

  @Test
  void withoutADeadlineWhatCannotBeMovedIsTriedForAWhileAndEnded() throws Exception {
    Relay relay = relay();
    AtomicInteger tries = new AtomicInteger();
    Drain.Mover failing =
        (_, told) -> {
          tries.incrementAndGet();
          told.onFailed(MoveOutcome.Failure.BACKEND);
        };
    long start = System.nanoTime();
    drain(BY_RATE, failing).tryingFor(Duration.ofMillis(1500)).run(List.of(loop), () -> false);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
    assertThat(tries).as("at once, and a second later").hasValueGreaterThanOrEqualTo(2);
    assertThat(relay.closing()).isTrue();
    assertThat(progress.now().ended()).isEqualTo(1);
    assertThat(progress.now().failures()).isEqualTo(Map.of("backend", tries.get()));
    assertThat(progress.now().failuresInWords())
        .isEqualTo(", %d moves failed (backend %d)".formatted(tries.get(), tries.get()));
  }

  @Test
  void aMoveThatWasCancelledIsTriedAgain() throws Exception {
    Relay relay = relay();
    AtomicInteger tries = new AtomicInteger();
    Drain.Mover second =
        (moved, told) -> {
          if (tries.incrementAndGet() == 1) {
            told.onFailed(MoveOutcome.Failure.ENDED); // another move's
          } else {
            here.remove(moved);
            told.onMoved(0, 0, true);
          }
        };
    drain(BY_RATE, second).tryingFor(Duration.ofSeconds(30)).run(List.of(loop), () -> false);
    assertThat(relay.closing()).isFalse();
    assertThat(progress.now().moved()).isEqualTo(1);
    assertThat(progress.now().toGo()).isZero();
  }

  @Test
  void withoutAMoverAllAreEnded() throws Exception {
    List<Relay> relays = List.of(relay(), relay(), relay());
    new Drain(here::contains, Pace.AT_ONCE, CloseCode.GOING_AWAY, "drained", null, progress)
        .sparing(relays.getFirst()::equals)
        .run(List.of(loop), () -> false);
    assertThat(relays).extracting(Relay::closing).containsExactly(false, true, true);
    assertThat(progress.now().ended()).isEqualTo(2);
    assertThat(progress.now().found()).as("who is spared is not looked for").isEqualTo(2);
  }
}
