package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.balance.Lease;
import io.holdfast.balance.RetryBudget;
import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.discovery.Discovery;
import io.holdfast.discovery.Lookup;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Dns;
import io.holdfast.model.Service;
import io.holdfast.upstream.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The group green of a service is an address of a name, or two. */
final class DiscoveryWatchTest {
  private static final String NAME = "green.test";
  private static final Backend GREEN =
      new Backend(false, NAME, 3, "", 1, "green", Discover.DNS, NAME);
  private static final Backend ONE = GREEN.at("127.0.0.2");
  private static final Backend TWO = GREEN.at("127.0.0.3");
  private static final Map<String, Integer> BLUE_ALONE = Map.of("blue", 100, "green", 0);
  private static final Map<String, Integer> GREEN_ALONE = Map.of("blue", 0, "green", 100);

  /** Nobody looks again by and by. */
  private static final Dns LONG =
      new Dns(
          List.of(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ZERO);

  private volatile CompletableFuture<List<String>> answer =
      CompletableFuture.completedFuture(List.of("127.0.0.2"));
  private Gateway gateway = start((_, _) -> answer);

  private static Gateway start(Lookup lookup) {
    return start(lookup, Snapshots.DNS);
  }

  private static Gateway start(Lookup lookup, Dns dns) {
    return start(lookup, dns, null);
  }

  private static Gateway start(Lookup lookup, Dns dns, @Nullable Path state) {
    try {
      return new Gateway(
          new StateFolder(state), service(), new Discovery(lookup, System::nanoTime), dns);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Service service() {
    Service plain = Gateway.chat(Map.of());
    return plain.with(plain.balance(), List.of(Gateway.BLUE, Gateway.BLUE_TOO, GREEN));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void find(String... addresses) {
    answer = CompletableFuture.completedFuture(List.of(addresses));
  }

  private void awaitGreen(Backend... members) {
    await().until(() -> gateway.service().members("green").equals(List.of(members)));
  }

  private List<String> drains() {
    return gateway.control.operator().drains().stream()
        .map(drain -> drain.why() + ": " + drain.backend())
        .toList();
  }

  @Test
  void whatIsFoundIsThereBeforeTheFirstClient() {
    assertThat(gateway.service().members("green")).containsExactly(ONE);
  }

  @Test
  void oneThatIsNewIsAddedAndOneThatIsGoneDrains() {
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    assertThat(drains()).isEmpty();
    find("127.0.0.3");
    awaitGreen(TWO);
    await().until(() -> drains().equals(List.of("backend removed: " + ONE.address())));
  }

  @Test
  void theDrainOfOneThatIsThereAgainStops() {
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    gateway.control.groups().shift("chat", BLUE_ALONE, GREEN_ALONE, false);
    // A drain waits for it: it may become a relay.
    Lease handshake = gateway.handshake(ONE);
    find("127.0.0.3");
    awaitGreen(TWO);
    await().until(() -> states().equals(List.of("running")));
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    await().until(() -> states().equals(List.of("stopped")));
    handshake.close();
  }

  private List<String> states() {
    return gateway.control.operator().drains().stream().map(DrainStatus::state).toList();
  }

  @Test
  void whatAnOperatorHasSaidOfOneEndsWhenItIsGone() {
    gateway.control.operator().override(ONE.address(), null, Standing.Word.DOWN, null);
    assertThat(gateway.live(ONE).state()).isEqualTo(State.DOWN);
    find("127.0.0.3");
    awaitGreen(TWO);
    find("127.0.0.2");
    awaitGreen(ONE);
    await().until(() -> gateway.live(ONE).state() == State.UP);
  }

  @Test
  void oneThatIsFoundInAGroupThatADeployHasDrainedIsDrainedAndTakenBackWithIt() throws Exception {
    Service now = gateway.service();
    gateway.control.groups().drain(now, "green", Pace.of(now.drain()));
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    await().until(() -> gateway.live(TWO).state() == State.DRAINING);
    find("127.0.0.4");
    Backend other = GREEN.at("127.0.0.4");
    awaitGreen(other);
    await().until(() -> gateway.live(other).state() == State.DRAINING);
    gateway.control.groups().admit(now, "green");
    assertThat(gateway.live(other).state()).isEqualTo(State.UP);
  }

  @Test
  void aDeploySeesWhatIsFoundSinceItsBegin() {
    ServiceFleet fleet = gateway.fleet();
    find("127.0.0.3");
    awaitGreen(TWO);
    gateway.control.groups().shift("chat", BLUE_ALONE, GREEN_ALONE, false);
    Lease relay = gateway.relay(TWO);
    assertThat(fleet.relays("green")).isEqualTo(1);
    find("127.0.0.2");
    awaitGreen(ONE);
    assertThat(fleet.relays("green")).as("not found any more").isEqualTo(1);
    relay.close();
    assertThat(fleet.relays("green")).isZero();
  }

  @Test
  void aDeployLooksAfterItsStartAndWaitsForAnAddress() throws Exception {
    gateway.close();
    answer = CompletableFuture.completedFuture(List.of());
    gateway = start((_, _) -> answer, LONG);
    ServiceFleet fleet = gateway.fleet();
    assertThat(fleet.unwell("green"))
        .isEqualTo("backend ws://green.test:3: no address of its name is found");
    find("127.0.0.2");
    fleet.start("green");
    assertThat(gateway.service().members("green")).containsExactly(ONE);
  }

  @Test
  void aRestartWhileNobodyAnswersHasTheAddressesOfBefore(@TempDir Path folder) throws Exception {
    gateway.close();
    gateway = start((_, _) -> answer, LONG, folder);
    assertThat(gateway.service().members("green")).containsExactly(ONE);
    gateway.close();
    answer = CompletableFuture.failedFuture(new IllegalStateException("broken for a test"));
    gateway = start((_, _) -> answer, LONG, folder);
    assertThat(gateway.service().members("green")).containsExactly(ONE);
    gateway.control.operator().override(ONE.address(), null, Standing.Word.DOWN, null);
    gateway.close();
    find("127.0.0.3");
    gateway = start((_, _) -> answer, LONG, folder);
    assertThat(gateway.service().members("green")).containsExactly(TWO);
    gateway.close();
    find("127.0.0.2");
    gateway = start((_, _) -> answer, LONG, folder);
    assertThat(gateway.live(ONE).state()).as("a word of a machine that went").isEqualTo(State.UP);
  }

  @Test
  void othersUnderTheSamePolicyLeavePooledConnectionsAndRetriesAsTheyAre() {
    Upstream upstream = gateway.control.groups().upstream("chat");
    RetryBudget budget = gateway.balancer().retryBudget();
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    assertThat(gateway.control.groups().upstream("chat")).isSameAs(upstream);
    find("127.0.0.3");
    awaitGreen(TWO);
    assertThat(gateway.control.groups().upstream("chat"))
        .as("its address may be another machine when it comes back")
        .isNotSameAs(upstream);
    assertThat(gateway.balancer().retryBudget()).isSameAs(budget);
  }

  @Test
  void sharesThatADeployHasGivenHoldForWhatIsFoundAndBackendsForThoseShares() {
    gateway.control.groups().shift("chat", BLUE_ALONE, GREEN_ALONE, false);
    assertThat(gateway.service().members("green")).containsExactly(ONE);
    find("127.0.0.3");
    awaitGreen(TWO);
    assertThat(gateway.shares()).isEqualTo(GREEN_ALONE);
  }

  @Test
  void aReloadLooksUpWhatItBringsAndLeavesWhatWasFound() {
    Service without = Gateway.chat(Map.of());
    assertThat(gateway.reload(without, 0)).isInstanceOf(ReloadOutcome.Applied.class);
    assertThat(gateway.service().members("green")).containsExactly(Gateway.GREEN);
    gateway.reload(service(), 0);
    assertThat(gateway.service().members("green")).containsExactly(ONE);
    answer = CompletableFuture.failedFuture(new IllegalStateException("broken"));
    gateway.reload(service(), 0);
    assertThat(gateway.service().members("green")).containsExactly(ONE);
  }

  @Test
  void aLookUpThatThrowsIsNotTheLast() throws Exception {
    gateway.close();
    CountDownLatch thrown = new CountDownLatch(3);
    gateway =
        start((_, _) -> {
          thrown.countDown();
          if (thrown.getCount() == 1) {
            throw new IllegalStateException("broken for a test");
          }
          return answer;
        });
    thrown.await();
    find("127.0.0.3");
    awaitGreen(TWO);
  }
}
