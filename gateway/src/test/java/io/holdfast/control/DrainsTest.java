package io.holdfast.control;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.Standing;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.lifecycle.Progresses;
import io.holdfast.model.Balance;
import io.holdfast.model.Capacity;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.model.Service;
import io.holdfast.model.Timeouts;
import io.holdfast.observe.Meters;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of drains, without relays. */
final class DrainsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What the timer calls once a second. */
  private final List<Runnable> beats = new ArrayList<>();

  /** How long after a drain's begin it calls. */
  private Duration firstBeat = Duration.ofDays(1);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long first, long then, TimeUnit unit) {
          beats.add(command);
          firstBeat = Duration.of(first, unit.toChronoUnit());
          return super.scheduleAtFixedRate(command, first, then, unit);
        }
      };
  private final CountDownLatch told = new CountDownLatch(1);
  private final Meters meters = new Meters();
  private final Events events = new Events();
  private final DrainReports reports = new DrainReports(events, meters, timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private static Gone removed(int backend) {
    return new Gone(Gone.Cause.REMOVED, "chat", "ws://10.0.0." + backend + ":8000");
  }

  private static boolean runs(DrainStatus drain) {
    return drain.state().equals("running");
  }

  private double gauge(String name) {
    return meters.registry().scrape().stream()
        .filter(m -> m.getMetadata().getPrometheusName().equals(name))
        .flatMap(m -> ((GaugeSnapshot) m).getDataPoints().stream())
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void thoseThatRunAreToldOfHoweverManyAndTheLastHundredOfTheOthers() {
    Drains drains =
        new Drains(new LiveBackends(), List.of(), new DrainReports(events, meters, timer));
    Service chat = service("chat", Balance.RANDOM, backend("a", 1));
    for (int i = 0; i < 150; i++) {
      drains.start(removed(i), chat);
    }
    assertThat(drains.status()).hasSize(150);

    await().until(() -> drains.status().stream().noneMatch(DrainsTest::runs));
    drains.start(removed(150), chat);
    assertThat(drains.status()).hasSize(101);
    assertThat(drains.status().getFirst().id()).isEqualTo(51);
    await().atMost(Duration.ofSeconds(5)).until(() -> gauge("holdfast_relays_to_drain") == 0);
  }

  /** Moves that may take long. */
  private static final MigrationPolicy SLOW =
      new MigrationPolicy(PATIENCE, PATIENCE, Busy.MOVE, 0, 0, Set.of(), true, 1, PATIENCE, false);

  private static Service swift(@Nullable MigrationPolicy moves) {
    return swift(service("chat", Balance.RANDOM, backend("a", 1)), moves);
  }

  /** Whose handshakes take 300 ms at most, with all tries. */
  private static Service swift(Service of, @Nullable MigrationPolicy moves) {
    Duration swift = Duration.ofMillis(50);
    return new Service(
        of.name(),
        of.balance(),
        of.affinity(),
        of.backends(),
        of.probe(),
        of.ejection(),
        of.capacity(),
        of.handshakes(),
        of.panic(),
        new Timeouts(swift, swift, swift, swift, swift, swift, swift),
        of.keepalive(),
        of.age(),
        of.retries(),
        of.drain(),
        moves,
        of.rebalance(),
        of.deploy(),
        of.host(),
        of.tls(),
        of.strict());
  }

  @Test
  void aDrainWaitsForMovesThatAreOnTheirWayToTheBackend() {
    Service moving = swift(SLOW);
    LiveBackends live = new LiveBackends();
    Drains drains = new Drains(live, List.of(), reports);
    Lease move =
        requireNonNull(
            Services.place(new Balancer(moving, live, "secret"), null, Set.of(), Lease.Kind.MOVE));

    drains.start(removed(1), swift(null));
    await().until(() -> drains.status().stream().noneMatch(DrainsTest::runs));
    drains.start(removed(2), moving);
    await().during(Duration.ofMillis(1200)).until(() -> runs(drains.status().getLast()));
    move.close();
    await().until(() -> drains.status().stream().noneMatch(DrainsTest::runs));
  }

  @Test
  void aDrainOfOneBackendWaitsForNoHandshakesAtOthers() {
    Service two = swift(Gateway.chat(100, 0), SLOW);
    LiveBackends live = new LiveBackends();
    Drains drains = new Drains(live, List.of(), reports);
    Balancer balancer = new Balancer(two, live, "secret");
    LiveBackend blue = live.of("chat", Gateway.BLUE);
    requireNonNull(Services.place(balancer, blue.id(), Set.of(), Lease.Kind.HANDSHAKE));
    DrainRun other =
        drains.start(Gone.drained("chat", Gateway.BLUE_TOO.address()), two, Pace.AT_ONCE);
    DrainRun green = drains.start(Gone.group("chat", "green"), two, Pace.AT_ONCE);
    await().until(() -> other.isOver() && green.isOver());
    DrainRun own = drains.start(Gone.drained("chat", Gateway.BLUE.address()), two, Pace.AT_ONCE);
    await().during(Duration.ofMillis(1200)).until(() -> !own.isOver());
    drains.stopAll();
  }

  @Test
  void aGroupGivesWhatItHasAboveItsShareHoweverItIs() {
    Service chat = Gateway.chat(90, 10);
    LiveBackends live = new LiveBackends();
    Balancer balancer = new Balancer(chat, live, "secret");
    LiveBackend green = live.of("chat", Gateway.GREEN);
    relays(balancer, live.of("chat", Gateway.BLUE), 59);
    relays(balancer, green, 40);
    Drains drains = new Drains(live, List.of(), reports);
    assertThat(drains.surplus(chat, "green")).isEqualTo(30);
    assertThat(drains.surplus(chat, "blue")).isZero();
    assertThat(drains.surplus(Gateway.chat(0, 0), "green")).as("nobody else's").isZero();

    Lease onItsWay =
        requireNonNull(Services.place(balancer, green.id(), Set.of(), Lease.Kind.MOVE));
    green.change(standing -> standing.withEjection(Standing.Ejected.YES), "test");
    assertThat(drains.surplus(chat, "green")).isEqualTo(30);
    Service moving = swift(chat, SLOW);
    DrainRun run = drains.spread(moving, "green", Pace.AT_ONCE);
    await().during(Duration.ofMillis(300)).until(() -> !run.isOver());
    assertThat(run.status().group()).isEqualTo("green");
    onItsWay.close();
    await().until(run::isOver);
  }

  @Test
  void theDrainOfARemovedBackendWaitsForHandshakesThatWaitForTheirTurn() {
    Drains drains = new Drains(new LiveBackends(), List.of(), reports);
    Duration wait = Duration.ofSeconds(2);
    Service plain = swift(null);
    Service paced = waiting(plain, Capacity.UNLIMITED, new HandshakePacing(1, 0, wait, wait, wait));
    Service queueing =
        waiting(plain, new Capacity(1, 0, WhenFull.QUEUE, wait), HandshakePacing.NONE);
    DrainRun without = drains.start(removed(1), plain, Pace.AT_ONCE);
    DrainRun turns = drains.start(removed(2), paced, Pace.AT_ONCE);
    DrainRun places = drains.start(removed(3), queueing, Pace.AT_ONCE);
    Gone drained = Gone.drained("chat", plain.backends().getFirst().address());
    DrainRun stays = drains.start(drained, paced, Pace.AT_ONCE);
    await().until(() -> without.isOver() && stays.isOver());
    await().during(Duration.ofMillis(600)).until(() -> !turns.isOver() && !places.isOver());
    await().until(() -> turns.isOver() && places.isOver());
  }

  private static Service waiting(Service of, Capacity capacity, HandshakePacing handshakes) {
    return new Service(
        of.name(),
        of.balance(),
        of.affinity(),
        of.backends(),
        of.probe(),
        of.ejection(),
        capacity,
        handshakes,
        of.panic(),
        of.timeouts(),
        of.keepalive(),
        of.age(),
        of.retries(),
        of.drain(),
        of.migration(),
        of.rebalance(),
        of.deploy(),
        of.host(),
        of.tls(),
        of.strict());
  }

  private static void relays(Balancer balancer, LiveBackend at, int count) {
    for (int i = 0; i < count; i++) {
      requireNonNull(Services.place(balancer, at.id(), Set.of(), Lease.Kind.RELAY));
    }
  }

  @Test
  void whatADrainFindsIsToldBeforeASecondIsOver() throws Exception {
    Progress progress = new Progress(_ -> {});
    DrainRun run =
        new DrainRun(
            1,
            removed(1),
            progress,
            () -> {
              Progresses.find(progress, 7);
              await().until(() -> gauge("holdfast_relays_to_drain") == 7);
              told.countDown();
            },
            reports);
    run.run();
    assertThat(told.getCount()).isZero();
    assertThat(firstBeat).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aTimerThatComesTooLateTellsNothing() {
    DrainRun run =
        new DrainRun(
            1,
            removed(1),
            Progresses.found(10),
            () -> {
              assertThat(gauge("holdfast_relays_to_drain")).isEqualTo(10);
              throw new InterruptedException();
            },
            reports);
    run.run();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(gauge("holdfast_relays_to_drain")).isZero();
    long told = events.newest();

    beats.forEach(Runnable::run);

    assertThat(gauge("holdfast_relays_to_drain")).isZero();
    assertThat(gauge("holdfast_drain_time_to_go_seconds")).isZero();
    assertThat(events.newest()).isEqualTo(told);
  }
}
