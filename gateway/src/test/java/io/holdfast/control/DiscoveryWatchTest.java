package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.balance.Lease;
import io.holdfast.discovery.Discovery;
import io.holdfast.discovery.Lookup;
import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The group green of a service is an address of a name, or two. */
final class DiscoveryWatchTest {
  private static final String NAME = "green.test";
  private static final Backend GREEN =
      new Backend(false, NAME, 3, "", 1, "green", Discover.DNS, NAME);
  private static final Backend ONE = GREEN.at("127.0.0.2");
  private static final Backend TWO = GREEN.at("127.0.0.3");
  private static final Map<String, Integer> BLUE_ALONE = Map.of("blue", 100, "green", 0);
  private static final Map<String, Integer> GREEN_ALONE = Map.of("blue", 0, "green", 100);

  private volatile CompletableFuture<List<String>> answer =
      CompletableFuture.completedFuture(List.of("127.0.0.2"));
  private Gateway gateway = start(_ -> answer);

  private static Gateway start(Lookup lookup) {
    try {
      return new Gateway(new StateFolder(null), service(), new Discovery(lookup, System::nanoTime));
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
    assertThat(drains()).containsExactly("backend removed: " + ONE.address());
  }

  @Test
  void theDrainOfOneThatIsThereAgainStops() {
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    gateway.control.groups().shift("chat", BLUE_ALONE, GREEN_ALONE, false);
    Lease relay = gateway.relay(ONE);
    find("127.0.0.3");
    awaitGreen(TWO);
    find("127.0.0.2", "127.0.0.3");
    awaitGreen(ONE, TWO);
    await()
        .until(() ->
            gateway.control.operator().drains().stream()
                .allMatch(drain -> drain.state().equals("stopped")));
    relay.close();
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
        start(_ -> {
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
