package io.holdfast;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.holdfast.admin.AdminClient;
import io.holdfast.cli.Sources;
import io.holdfast.control.ConfigSource;
import io.holdfast.control.DrainStatus;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.listen.Permits;
import io.holdfast.model.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HoldfastTest {
  private static final String CANCEL = "&cancel=true";

  private final AtomicInteger lost = new AtomicInteger();

  private Holdfast start() throws Exception {
    return start(Map.of("admin.enabled", "false"));
  }

  /** One that operators can ask. */
  private Holdfast startWithAdmin(String readinessDelay) throws Exception {
    return start(
        Map.of(
            "admin.bind",
            "127.0.0.1:0",
            "shutdown.readinessDelay",
            readinessDelay,
            "shutdown.deadline",
            "500ms"));
  }

  private static AdminClient client(Holdfast holdfast) {
    return new AdminClient(AdminClient.url(requireNonNull(holdfast.adminAddress())), null);
  }

  private Holdfast start(Map<String, String> options) throws Exception {
    Holdfast holdfast =
        Holdfast.start(
            Sources.flags(List.of("127.0.0.1:0"), List.of("ws://127.0.0.1:1"), options, Map.of()));
    holdfast.onLost(lost::incrementAndGet);
    return holdfast;
  }

  @Test
  void whereTheAdminAddressIsTakenNoClientIsAccepted() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    AtomicInteger accepted = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread client =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    accepted.incrementAndGet();
                  } catch (IOException e) {
                    Thread.onSpinWait();
                  }
                }
              });
      String admin = "127.0.0.1:" + taken.getLocalPort();
      ConfigSource source =
          Sources.flags(
              List.of("127.0.0.1:" + port),
              List.of("ws://127.0.0.1:1"),
              Map.of("admin.bind", admin),
              Map.of());
      assertThatThrownBy(() -> Holdfast.start(source))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("The admin address " + admin + " cannot be bound");
      over.set(true);
      client.join();
    }
    assertThat(accepted).hasValue(0);
  }

  @Test
  void aLoopThatEndsByItselfIsToldOnceAndEndsReadiness() throws Exception {
    try (Holdfast holdfast = start()) {
      assertThat(holdfast.notReadyReason()).isEmpty();

      holdfast.path.group.forEach(loop -> loop.shutdownGracefully(0, 0, TimeUnit.SECONDS));

      await().untilAsserted(() -> assertThat(lost).hasValue(1));
      await().until(() -> holdfast.path.group.isTerminated());
      await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(lost).hasValue(1));
      assertThat(holdfast.notReadyReason()).isEqualTo("an event loop has ended");
    }
  }

  @Test
  void whoStaysWhenAllRelaysHaveEndedStopsADepartureByARateAloneForNoLongerThanItsRest()
      throws Exception {
    Permits permits = new Permits();
    Limits limits = new Limits(0, 0, 1, 1, Duration.ZERO, Duration.ZERO);
    permits.acquire(InetAddress.getLoopbackAddress(), limits);
    Pace pace = new Pace(Pace.FOR_EVER, OptionalDouble.of(200));
    try (Holdfast holdfast = start()) {
      Departure leaving = new Departure(holdfast.path.listeners, holdfast.path.loops, permits);
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> leaving.run(pace, Duration.ofMillis(300), true, new Progress(_ -> {})));
    }
    assertThat(permits.inUse()).isOne();
  }

  @Test
  void loopsThatEndWithTheGatewayAreNotLost() throws Exception {
    Holdfast holdfast = start();

    holdfast.close();

    assertThat(holdfast.path.group.isTerminated()).isTrue();
    assertThat(lost).hasValue(0);
  }

  @Test
  void anEndThatIsAskedForBeforeAnybodyListensIsNotForgotten() throws Exception {
    try (Holdfast holdfast = startWithAdmin("off");
        AdminClient client = client(holdfast)) {
      client.shutdown("");
      AtomicInteger drained = new AtomicInteger();
      holdfast.onShutdown(drained::incrementAndGet);
      await().untilAsserted(() -> assertThat(drained).hasValue(1));
      assertThatThrownBy(() -> client.shutdown(CANCEL))
          .hasMessageContaining("All clients are gone, and the gateway ends.");
    }
  }

  @Test
  void anEndThatIsTakenBackBeforeAnybodyListensIsForgotten() throws Exception {
    try (Holdfast holdfast = startWithAdmin("off");
        AdminClient client = client(holdfast)) {
      client.shutdown("");
      client.shutdown(CANCEL);
      AtomicInteger drained = new AtomicInteger();
      holdfast.onShutdown(drained::incrementAndGet);
      assertThat(client.drains()).isEmpty();
      assertThat(holdfast.notReadyReason()).isEmpty();
      assertThat(drained).hasValue(0);
    }
  }

  @Test
  void anEndThatIsTakenBackInTheReadinessDelayLeavesNothingBehind() throws Exception {
    try (Holdfast holdfast = startWithAdmin("1h");
        AdminClient client = client(holdfast)) {
      AtomicInteger drained = new AtomicInteger();
      holdfast.onShutdown(drained::incrementAndGet);
      assertThatThrownBy(() -> client.shutdown(CANCEL))
          .hasMessageContaining("The gateway does not drain.");
      List<InetSocketAddress> addresses = holdfast.addresses();

      client.shutdown("");
      client.shutdown("&rate=1");
      assertThat(holdfast.notReadyReason()).isEqualTo("draining");
      client.shutdown(CANCEL);

      assertThat(holdfast.notReadyReason()).isEmpty();
      assertThat(holdfast.addresses()).hasSize(1).isEqualTo(addresses);
      assertThat(client.drains()).extracting(DrainStatus::state).containsExactly("stopped");
      assertThat(drained).hasValue(0);
    }
  }

  @Test
  void whileAnAddressIsTakenByAnotherTheDrainGoesOnAndCanBeTakenBackLater() throws Exception {
    try (Holdfast holdfast = startWithAdmin("off");
        AdminClient client = client(holdfast);
        Socket staying = new Socket()) {
      InetSocketAddress address = holdfast.addresses().getFirst();
      holdfast.onShutdown(() -> {});
      staying.connect(address);
      staying.getOutputStream().write("GET /".getBytes(US_ASCII));
      await().until(() -> holdfast.path.departure().permits().inUse() == 1);
      client.shutdown("&deadline=60");
      await().until(() -> holdfast.addresses().isEmpty());

      try (ServerSocket other = new ServerSocket()) {
        other.bind(address);
        assertThatThrownBy(() -> client.shutdown(CANCEL))
            .hasMessageContaining(
                "The drain goes on: cannot listen on 127.0.0.1:"
                    + address.getPort()
                    + ": the address is in use");
      }
      assertThat(client.drains()).extracting(DrainStatus::state).containsExactly("running");
      assertThat(holdfast.notReadyReason()).isEqualTo("draining");

      client.shutdown(CANCEL);
      assertThat(holdfast.addresses()).containsExactly(address);
      assertThat(holdfast.notReadyReason()).isEmpty();
      assertThat(client.drains()).extracting(DrainStatus::state).containsExactly("stopped");

      assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> holdfast.shutdown(true), "not what was asked for before");
    }
  }

  @Test
  void aDrainIsNotTakenBackWhenAnEventLoopIsLost() throws Exception {
    try (Holdfast holdfast = startWithAdmin("1h");
        AdminClient client = client(holdfast)) {
      holdfast.onShutdown(() -> {});
      client.shutdown("");
      holdfast.path.group.iterator().next().shutdownGracefully(0, 0, TimeUnit.SECONDS);
      assertThatThrownBy(() -> client.shutdown(CANCEL))
          .hasMessageContaining("An event loop has ended, which only a new start mends.");
    }
  }
}
