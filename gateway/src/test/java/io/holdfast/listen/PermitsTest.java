package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Limits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PermitsTest {
  private final Permits permits = new Permits();

  private static Limits limits(int all, int perAddress) {
    return new Limits(all, perAddress, 1024, 10, Duration.ZERO, Duration.ZERO);
  }

  private Permits.Answer ask(String address, Limits limits) {
    return permits.acquire(InetAddress.ofLiteral(address), limits);
  }

  private static void release(Permits.Answer answer) {
    if (answer instanceof Permits.Answer.Permit permit) {
      permit.release();
    }
  }

  @Test
  void holdsTheOverallLimit() {
    Limits two = limits(2, 0);
    Permits.Answer first = ask("10.0.0.1", two);
    ask("10.0.0.2", two);
    assertThat(ask("10.0.0.3", two)).isInstanceOf(Permits.Answer.Full.class);
    assertThat(permits.inUse()).isEqualTo(2);
    release(first);
    assertThat(ask("10.0.0.3", two)).isInstanceOf(Permits.Answer.Permit.class);
  }

  @Test
  void holdsTheLimitOfEachAddress() {
    Limits one = limits(0, 1);
    Permits.Answer first = ask("10.0.0.1", one);
    assertThat(ask("10.0.0.1", one)).isInstanceOf(Permits.Answer.AddressFull.class);
    assertThat(ask("10.0.0.2", one)).isInstanceOf(Permits.Answer.Permit.class);
    assertThat(permits.inUse()).as("a refusal holds nothing").isEqualTo(2);
    release(first);
    assertThat(ask("10.0.0.1", one)).isInstanceOf(Permits.Answer.Permit.class);
  }

  @Test
  void aSubscribersIpv6AddressesAreOne() {
    Limits one = limits(0, 1);
    ask("2001:db8:0:1::1", one);
    assertThat(ask("2001:db8:0:1:ffff::2", one)).isInstanceOf(Permits.Answer.AddressFull.class);
    assertThat(ask("2001:db8:0:2::1", one)).isInstanceOf(Permits.Answer.Permit.class);
  }

  @Test
  void anIpv4AddressIsTheSameInItsIpv6Form() {
    Limits one = limits(0, 1);
    ask("10.0.0.1", one);
    assertThat(ask("::ffff:10.0.0.1", one)).isInstanceOf(Permits.Answer.AddressFull.class);
  }

  @Test
  void anIpv4AddressIsNoIpv6Network() {
    Limits one = limits(0, 1);
    ask("0.0.0.1", one);
    assertThat(ask("0:0:0:1::", one)).isInstanceOf(Permits.Answer.Permit.class);
  }

  @Test
  void isGivenBackOnce() {
    Permits.Answer first = ask("10.0.0.1", limits(0, 0));
    ask("10.0.0.1", limits(0, 0));
    release(first);
    release(first);
    assertThat(permits.inUse()).isEqualTo(1);
    ask("10.0.0.1", limits(0, 2));
    assertThat(ask("10.0.0.1", limits(0, 2))).isInstanceOf(Permits.Answer.AddressFull.class);
  }

  @Test
  void zeroIsNoLimit() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(ask("10.0.0.1", limits(0, 0))).isInstanceOf(Permits.Answer.Permit.class);
    }
  }

  @Test
  void aChangedLimitHoldsForTheNext() {
    ask("10.0.0.1", limits(5, 5));
    assertThat(ask("10.0.0.1", limits(1, 5))).isInstanceOf(Permits.Answer.Full.class);
  }

  @Test
  void countsRightWhereManyAskAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String address = "10.0.0." + i % 2;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 10_000; n++) {
                  Permits.Answer answer = ask(address, limits(3, 1));
                  release(answer);
                  release(answer);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(permits.inUse()).isZero();
    ask("10.0.0.0", limits(3, 1));
    assertThat(ask("10.0.0.1", limits(3, 1))).isInstanceOf(Permits.Answer.Permit.class);
  }
}
