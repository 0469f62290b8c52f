package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Balance;
import io.holdfast.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LiveBackendsTest {
  private static final Service PRESENT = service("chat", Balance.RANDOM, backend("present", 1));

  private final LiveBackends live = new LiveBackends();
  private final List<LiveBackend> forgotten = new ArrayList<>();

  @BeforeEach
  void listen() {
    live.onForgotten(forgotten::add);
  }

  private LiveBackend of(String host) {
    return live.of("chat", backend(host, 1));
  }

  private void come(int from, int to) {
    for (int i = from; i < to; i++) {
      of("gone" + i);
    }
  }

  private void forget() {
    live.forgetAllBut(List.of(PRESENT));
  }

  @Test
  void thoseThatHaveGoneFirstAreForgotten() {
    LiveBackend present = of("present");
    LiveBackend first = of("gone0");
    come(1, LiveBackends.MOST_GONE);
    forget();
    assertThat(forgotten).isEmpty();
    come(LiveBackends.MOST_GONE, LiveBackends.MOST_GONE + 1);
    forget();
    assertThat(forgotten).containsExactly(first);
    assertThat(live.of("chat")).hasSize(LiveBackends.MOST_GONE + 1).contains(present);
    assertThat(of("present")).isSameAs(present);
    assertThat(of("gone0")).isNotSameAs(first);
  }

  @Test
  void oneThatWasThereForLongIsNotTheFirstToBeForgotten() {
    LiveBackend present = of("present");
    come(0, LiveBackends.MOST_GONE + 3);
    forget();
    live.forgetAllBut(List.of());
    assertThat(forgotten).hasSize(4).doesNotContain(present);
    forget();
    live.forgetAllBut(List.of());
    assertThat(of("present")).isSameAs(present);
  }

  @Test
  void oneThatIsInUseIsKept() {
    Balancer balancer =
        new Balancer(service("chat", Balance.RANDOM, backend("used", 1)), live, "secret");
    Lease lease = requireNonNull(Services.place(balancer, null, Set.of(), Lease.Kind.RELAY));
    come(0, LiveBackends.MOST_GONE);
    forget();
    assertThat(forgotten).isEmpty();
    come(LiveBackends.MOST_GONE, LiveBackends.MOST_GONE + 1);
    forget();
    assertThat(forgotten).doesNotContain(lease.live());
    lease.close();
    forget();
    assertThat(forgotten).contains(lease.live());
  }

  @Test
  void thoseOfAServiceThatIsGoneAreForgottenToo() {
    come(0, LiveBackends.MOST_GONE + 5);
    live.forgetAllBut(List.of());
    assertThat(forgotten).hasSize(5);
  }
}
