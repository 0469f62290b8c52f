package io.holdfast.control;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static io.holdfast.control.Snapshots.listener;
import static io.holdfast.control.Snapshots.route;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackends;
import io.holdfast.health.Ejections;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Permits;
import io.holdfast.listen.Routing;
import io.holdfast.listen.Shared;
import io.holdfast.listen.Transports;
import io.holdfast.model.Balance;
import io.holdfast.model.Listener;
import io.holdfast.model.Route;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import io.holdfast.observe.Meters;
import io.holdfast.upstream.Dialer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reloads over real listeners: as a whole or not at all. */
final class ReloadTest {
  private static final List<Route> ROUTES = List.of(route("r", "/**", "chat"));

  private final Transports transports = Transports.choose(Transport.NIO);
  private final EventLoopGroup group = transports.newGroup(1);
  private final WriteBufferWaterMark waterMark = WriteBufferWaterMark.DEFAULT;
  private final Dialer dialer =
      new Dialer(
          transports.dialling(),
          transports.socket(),
          transports.datagram(),
          Snapshots.DNS,
          waterMark);
  private final Meters meters = new Meters();
  private final AtomicReference<Routing> routing = new AtomicReference<>();
  private final Listeners listeners =
      new Listeners(
          transports,
          group,
          new Shared(
              routing::get, dialer, meters, entry -> {}, new Permits(), new Ejections(group)),
          waterMark);
  private final List<Snapshot> applied = new ArrayList<>();
  private final AtomicReference<Snapshot> next = new AtomicReference<>();
  private volatile boolean broken;
  private final AtomicInteger loads = new AtomicInteger();
  private final Control control =
      new Control(
          new ConfigSource() {
            @Override
            public Loaded load() throws ConfigRejected {
              loads.incrementAndGet();
              if (broken) {
                throw new IllegalStateException("broken for a test");
              }
              Snapshot snapshot = next.get();
              if (snapshot == null) {
                throw new ConfigRejected(
                    List.of(new ReloadOutcome.Problem("f.yaml", 1, 2, "routes", "is wrong")));
              }
              return new Loaded(snapshot, List.of());
            }

            @Override
            public @Nullable Path file() {
              return null;
            }
          },
          Snapshots.NO_DISCOVERY,
          new LiveBackends(),
          new StateFolder(null),
          listeners,
          routing,
          List.of(),
          group.next(),
          meters,
          new Events(),
          applied::add);

  @AfterEach
  void stop() {
    control.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    dialer.close();
  }

  private static Snapshot snapshot(Balance balance, Listener... at) {
    return Snapshots.of(List.of(at), ROUTES, service("chat", balance, backend("a", 1)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  /** The selector lets go of a closed port in its next round. */
  private static void awaitClosed(int port) {
    await().until(() -> !listens(port));
  }

  @Test
  void opensWhatIsNewAndClosesWhatIsGone() throws Exception {
    int one = freePort();
    int two = freePort();
    control.start(snapshot(Balance.RANDOM, listener(one)), Set.of(), () -> {});
    next.set(snapshot(Balance.RANDOM, listener(two)));

    assertThat(control.reload("test"))
        .isEqualTo(
            new ReloadOutcome.Applied(
                List.of("listen on 127.0.0.1:" + two, "listen on 127.0.0.1:" + one + " no more")));
    awaitClosed(one);
    assertThat(listens(two)).isTrue();
    assertThat(applied).containsExactly(next.get());
  }

  @Test
  void oneListenerThatCannotBeBoundIsNoReload() throws Exception {
    int one = freePort();
    int two = freePort();
    Snapshot before = snapshot(Balance.RANDOM, listener(one));
    control.start(before, Set.of(), () -> {});
    Routing was = routing.get();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      next.set(snapshot(Balance.ROUND_ROBIN, listener(two), listener(port)));

      assertThat(control.reload("test"))
          .isEqualTo(
              new ReloadOutcome.Refused(
                  List.of(
                      new ReloadOutcome.Problem(
                          "command line",
                          0,
                          0,
                          "",
                          "cannot listen on 127.0.0.1:"
                              + port
                              + ": the address is in use by another process"))));
    }
    assertThat(routing.get()).isSameAs(was);
    assertThat(listens(one)).as("the old one").isTrue();
    awaitClosed(two); // the one that could be bound
    assertThat(applied).isEmpty();

    assertThat(control.reload("again")).isInstanceOf(ReloadOutcome.Applied.class);
    assertThat(listens(two)).isTrue();
    awaitClosed(one);
  }

  @Test
  void aConfigurationThatIsWrongIsNoReload() throws Exception {
    int one = freePort();
    control.start(snapshot(Balance.RANDOM, listener(one)), Set.of(), () -> {});
    Routing was = routing.get();
    assertThat(control.reload("test"))
        .isEqualTo(
            new ReloadOutcome.Refused(
                List.of(new ReloadOutcome.Problem("f.yaml", 1, 2, "routes", "is wrong"))));
    assertThat(routing.get()).isSameAs(was);
    assertThat(listens(one)).isTrue();
  }

  private static Listener everywhere(int port) {
    return new Listener("0.0.0.0", port, null, List.of());
  }

  private static List<String> errors(ReloadOutcome outcome) {
    assertThat(outcome).isInstanceOf(ReloadOutcome.Refused.class);
    return ((ReloadOutcome.Refused) outcome)
        .errors().stream().map(ReloadOutcome.Problem::message).toList();
  }

  @Test
  void aListenerIsNarrowedAndWidenedOnItsPort() throws Exception {
    int port = freePort();
    control.start(snapshot(Balance.RANDOM, everywhere(port)), Set.of(), () -> {});
    next.set(snapshot(Balance.RANDOM, listener(port)));
    assertThat(control.reload("narrow")).isInstanceOf(ReloadOutcome.Applied.class);
    assertThat(listens(port)).isTrue();
    assertThat(control.addresses())
        .singleElement()
        .matches(a -> a.getAddress().isLoopbackAddress());

    next.set(snapshot(Balance.RANDOM, everywhere(port)));
    assertThat(control.reload("widen")).isInstanceOf(ReloadOutcome.Applied.class);
    assertThat(listens(port)).isTrue();
    assertThat(control.addresses())
        .singleElement()
        .matches(a -> a.getAddress().isAnyLocalAddress());
  }

  @Test
  void aListenerThatMadeWayComesBackWhenTheReloadFails() throws Exception {
    int port = freePort();
    control.start(snapshot(Balance.RANDOM, everywhere(port)), Set.of(), () -> {});
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      next.set(snapshot(Balance.RANDOM, listener(port), listener(taken.getLocalPort())));
      assertThat(errors(control.reload("test")))
          .containsExactly(
              "cannot listen on 127.0.0.1:%d: the address is in use by another process"
                  .formatted(taken.getLocalPort()));
    }
    assertThat(listens(port)).isTrue();
    assertThat(control.addresses())
        .singleElement()
        .matches(a -> a.getAddress().isAnyLocalAddress());
  }

  @Test
  void aListenerInTheWayOfAnotherIsNamed() throws Exception {
    int port = freePort();
    control.start(snapshot(Balance.RANDOM, everywhere(port)), Set.of(), () -> {});
    next.set(snapshot(Balance.RANDOM, everywhere(port), listener(port)));
    assertThat(errors(control.reload("test")))
        .containsExactly(
            "cannot listen on 127.0.0.1:%d: this gateway listens on 0.0.0.0:%d already"
                .formatted(port, port));
    assertThat(listens(port)).isTrue();
  }

  @Test
  void aListenerListedTwiceIsRefused() throws Exception {
    control.start(snapshot(Balance.RANDOM, listener(0)), Set.of(), () -> {});
    next.set(snapshot(Balance.RANDOM, listener(0), listener(0)));
    assertThat(errors(control.reload("test")))
        .containsExactly("cannot listen on 127.0.0.1:0: it is listed twice");
    assertThat(control.addresses()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-host.invalid, the host is not known",
    "192.0.2.1, this machine has no such address"
  })
  void anAddressThatIsNotOursIsNamed(String host, String why) throws Exception {
    control.start(snapshot(Balance.RANDOM, listener(0)), Set.of(), () -> {});
    next.set(snapshot(Balance.RANDOM, listener(0), new Listener(host, 1, null, List.of())));
    assertThat(errors(control.reload("test")))
        .containsExactly("cannot listen on " + host + ":1: " + why);
  }

  @Test
  void afterTheEndNothingIsBound() throws Exception {
    int port = freePort();
    control.start(snapshot(Balance.RANDOM, listener(0)), Set.of(), () -> {});
    control.close();
    next.set(snapshot(Balance.RANDOM, listener(port)));
    assertThat(errors(control.reload("test"))).containsExactly("draining");
    assertThat(loads).as("else it would count as taken up").hasValue(0);
    assertThat(listens(port)).isFalse();
  }

  @Test
  void aFailureOfOursIsARefusedReload() throws Exception {
    control.start(snapshot(Balance.RANDOM, listener(0)), Set.of(), () -> {});
    Routing was = routing.get();
    broken = true;
    assertThat(errors(control.reload("test")).getFirst()).contains("broken for a test");
    assertThat(routing.get()).isSameAs(was);
    broken = false;
    next.set(was.snapshot());
    assertThat(control.reload("again")).isEqualTo(new ReloadOutcome.Applied(List.of()));
  }

  @Test
  void aReloadWaitsForTheProcessThatTakesOver() throws Exception {
    int port = freePort();
    control.start(snapshot(Balance.RANDOM, listener(port)), Set.of(), () -> {});
    next.set(snapshot(Balance.ROUND_ROBIN, listener(port)));
    AtomicBoolean there = new AtomicBoolean(true);
    CountDownLatch asked = new CountDownLatch(2);
    assertThat(
            control.share(() -> {
              asked.countDown();
              return there.get();
            }))
        .containsExactly("127.0.0.1:" + port);
    var reload = CompletableFuture.supplyAsync(() -> control.reload("test"));
    asked.await();
    assertThat(reload).isNotDone();
    there.set(false);
    assertThat(reload.get()).isInstanceOf(ReloadOutcome.Applied.class);
  }

  @Test
  void anInterruptedStartLeavesNothingBound() throws Exception {
    int port = freePort();
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> control.start(snapshot(Balance.RANDOM, listener(port)), Set.of(), () -> {}))
        .isInstanceOf(InterruptedException.class);
    awaitClosed(port);
    assertThat(control.addresses()).isEmpty();
  }

  @Test
  void whatDidNotChangeLivesOn() throws Exception {
    Snapshot before = snapshot(Balance.RANDOM, listener(freePort()));
    control.start(before, Set.of(), () -> {});
    Routing was = routing.get();
    next.set(
        Snapshots.of(
            before.listeners(),
            List.of(route("r", "/**", "chat"), route("new", "/new", "chat")),
            service("chat", Balance.RANDOM, backend("a", 1))));
    control.reload("test");
    assertThat(balancer(routing.get(), "new"))
        .as("its turn, its retry budget, its pooled connections")
        .isSameAs(balancer(was, "r"));

    next.set(snapshot(Balance.ROUND_ROBIN, before.listeners().get(0)));
    control.reload("test");
    assertThat(balancer(routing.get(), "r")).isNotSameAs(balancer(was, "r"));
    assertThat(balancer(routing.get(), "r").live())
        .as("live state outlives the configuration")
        .isEqualTo(balancer(was, "r").live());
  }

  private static Balancer balancer(Routing routing, String route) {
    return requireNonNull(routing.targets().get(route)).balancer();
  }
}
