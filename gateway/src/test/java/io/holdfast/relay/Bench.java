package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.observe.Meters;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Relays on one event loop, under a clock that the test turns. */
final class Bench {
  private static final long TICK = 100;

  final MockTicker ticker = Ticker.newMockTicker();
  final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
  final Meters meters = new Meters();
  final List<Tied> all = new ArrayList<>();
  final Wire timer = new Wire(ticker, alloc);
  final RelayLoop loop;

  Bench() {
    // As with System.nanoTime(), the clock's zero means nothing.
    loop = new RelayLoop(timer.eventLoop(), () -> ticker.nanoTime() - 7_777_777_777L);
  }

  /** A relay and both its ends. */
  final class Tied implements RelayOwner {
    final Wire client = new Wire(ticker, alloc);
    final List<Wire> others = new ArrayList<>();

    /** What is done to find another backend; null for none. */
    @Nullable Consumer<Resume> finder;

    final Wire backend = new Wire(ticker, alloc);
    final Relay relay;
    @Nullable RelayEnd end;
    long endedAt;

    Tied(RelayPolicy policy, Extensions extensions, Consumer<Tied> first) {
      relay =
          new Relay(
              loop,
              policy,
              "service",
              meters,
              meters.newTraffic("service"),
              extensions,
              client,
              backend,
              this);
      first.accept(this);
      client.pipeline().addLast(relay.clientHandler());
      backend.pipeline().addLast(relay.backendHandler());
      relay.start();
    }

    @Override
    public void onRelayEnd(Relay ended, RelayEnd how) {
      assertThat(ended).isSameAs(relay);
      assertThat(end).as("told once").isNull();
      end = how;
      endedAt = ticker.nanoTime();
    }

    @Override
    public @Nullable Runnable rescue(Relay of, Resume why, String how) {
      Consumer<Resume> find = finder;
      return find == null ? null : () -> find.accept(why);
    }

    /** Another backend, which has answered the handshake. */
    Wire movesTo(MoveOutcome outcome) {
      Wire other = other();
      movesTo(other, outcome);
      return other;
    }

    /** Another backend, which has not answered the handshake yet. */
    Wire other() {
      Wire other = new Wire(ticker, alloc);
      others.add(other);
      return other;
    }

    /** {@code other} has answered the handshake. */
    void movesTo(Wire other, MoveOutcome outcome) {
      ChannelHandler leg = relay.newLeg(other);
      other.pipeline().addLast(leg);
      assertThat(relay.moveTo(leg, outcome)).isTrue();
    }

    void runTasks() {
      client.runPendingTasks();
      backend.runPendingTasks();
      List.copyOf(others).forEach(Wire::runPendingTasks);
    }

    void finish() {
      client.finishAndReleaseAll();
      backend.finishAndReleaseAll();
      List.copyOf(others).forEach(Wire::finishAndReleaseAll);
    }

    RelayEnd end() {
      if (end == null) {
        throw new AssertionError("the relay has not ended");
      }
      return end;
    }
  }

  Tied relay(RelayPolicy policy) {
    return relay(policy, Extensions.NONE);
  }

  Tied relay(RelayPolicy policy, Extensions extensions) {
    return relay(policy, extensions, wires -> {});
  }

  /** Does something to both ends {@code first}. */
  Tied relay(RelayPolicy policy, Extensions extensions, Consumer<Tied> first) {
    Tied tied = new Tied(policy, extensions, first);
    all.add(tied);
    return tied;
  }

  /** Lets time pass, tick by tick. */
  void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= TICK) {
      jump(Duration.ofMillis(Math.min(left, TICK)));
    }
  }

  /** Lets time pass at once, as if the event loop had been stuck. */
  void jump(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    timer.runScheduledPendingTasks();
    timer.runPendingTasks();
    for (Tied tied : all) {
      tied.runTasks();
    }
  }

  /** Ends all, and finds what leaked. */
  void clear() {
    for (Tied tied : all) {
      tied.finish();
      assertThat(tied.end).as("every relay ends").isNotNull();
    }
    timer.finishAndReleaseAll();
    assertThat(loop.size()).as("relays on the loop").isZero();
    assertThat(alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory())
        .as("bytes that leaked")
        .isZero();
  }

  /** A policy to change one value of. */
  record Policy(
      Duration ping,
      Duration pongTimeout,
      Duration idle,
      Duration write,
      Duration close,
      Duration maxAge,
      Duration ageJitter,
      long maxFrame,
      boolean strict,
      @Nullable MigrationPolicy migration) {

    static final Policy QUIET =
        new Policy(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ZERO,
            0,
            true,
            null);

    Policy pings(int every, int timeout) {
      return new Policy(
          Duration.ofSeconds(every),
          Duration.ofSeconds(timeout),
          idle,
          write,
          close,
          maxAge,
          ageJitter,
          maxFrame,
          strict,
          migration);
    }

    Policy idle(int seconds) {
      return new Policy(
          ping,
          pongTimeout,
          Duration.ofSeconds(seconds),
          write,
          close,
          maxAge,
          ageJitter,
          maxFrame,
          strict,
          migration);
    }

    Policy age(int max, int jitter) {
      return new Policy(
          ping,
          pongTimeout,
          idle,
          write,
          close,
          Duration.ofSeconds(max),
          Duration.ofSeconds(jitter),
          maxFrame,
          strict,
          migration);
    }

    Policy maxFrame(long bytes) {
      return new Policy(
          ping, pongTimeout, idle, write, close, maxAge, ageJitter, bytes, strict, migration);
    }

    Policy moves(MigrationPolicy how) {
      return new Policy(
          ping, pongTimeout, idle, write, close, maxAge, ageJitter, maxFrame, strict, how);
    }

    Policy lenient() {
      return new Policy(
          ping, pongTimeout, idle, write, close, maxAge, ageJitter, maxFrame, false, migration);
    }

    private static Map<Extensions, FrameRules> rules(boolean client, boolean strict, long max) {
      return Map.of(
          Extensions.NONE,
          new FrameRules(client, strict, Extensions.NONE, max, max),
          Extensions.PERMESSAGE_DEFLATE,
          new FrameRules(client, strict, Extensions.PERMESSAGE_DEFLATE, max, max));
    }

    RelayPolicy build() {
      return new RelayPolicy(
          ping.toNanos(),
          pongTimeout.toNanos(),
          idle.toNanos(),
          write.toNanos(),
          close.toNanos(),
          maxAge.toNanos(),
          ageJitter.toNanos(),
          1012,
          rules(true, strict, maxFrame),
          rules(false, strict, 0),
          migration);
    }
  }
}
