package io.holdfast.discovery;

import static io.holdfast.balance.Services.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.Discover;
import io.holdfast.model.Dns;
import io.holdfast.model.Snapshot;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class DiscoveryTest {
  private static final Snapshot FILE =
      Names.snapshot(service("chat", Balance.RANDOM, named("one.test"), named("two.test")));

  private final Map<String, CompletableFuture<List<String>>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private long now;
  private final Discovery discovery = new Discovery(this::answer, () -> now);

  private static Backend named(String name) {
    return new Backend(false, name, 8000, "", 1, null, Discover.DNS, name);
  }

  private CompletableFuture<List<String>> answer(String name, Dns dns) {
    assertThat(dns).isEqualTo(FILE.dns());
    asked.add(name);
    return answers.getOrDefault(
        name, CompletableFuture.failedFuture(new UnknownHostException("nobody")));
  }

  private void set(String name, String... addresses) {
    answers.put(name, CompletableFuture.completedFuture(List.of(addresses)));
  }

  private List<String> look(String name) throws InterruptedException {
    discovery.look(FILE);
    return known(name).stream().map(Found.Address::host).toList();
  }

  private List<Found.Address> known(String name) {
    return discovery.known().addresses().getOrDefault(name, List.of());
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void eachNameIsAskedForOnce() throws Exception {
    Backend other = new Backend(false, "one.test", 9000, "", 1, null, Discover.DNS, "one.test");
    Backend plain = new Backend(false, "plain.test", 9000, "", 1, null);
    discovery.look(
        Names.snapshot(service("chat", Balance.RANDOM, named("one.test"), other, plain)));
    assertThat(asked).containsExactly("one.test");
  }

  @Test
  void addressesAreInOneOrderWhateverTheAnswers() throws Exception {
    set("one.test", "10.0.0.2", "10.0.0.1");
    assertThat(look("one.test")).containsExactly("10.0.0.1", "10.0.0.2");
    set("one.test", "10.0.0.1", "10.0.0.2");
    assertThat(look("one.test")).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void whatIsMissingForLongEnoughIsGone() throws Exception {
    set("one.test", "10.0.0.1", "10.0.0.2");
    look("one.test");
    set("one.test", "10.0.0.1");
    assertThat(look("one.test")).containsExactly("10.0.0.1", "10.0.0.2");
    pass(Names.FORGET.minusNanos(1));
    assertThat(look("one.test")).containsExactly("10.0.0.1", "10.0.0.2");
    pass(Duration.ofNanos(1));
    assertThat(look("one.test")).containsExactly("10.0.0.1");
  }

  @Test
  void whatComesBackInTimeStays() throws Exception {
    set("one.test", "10.0.0.1", "10.0.0.2");
    look("one.test");
    set("one.test", "10.0.0.1");
    look("one.test");
    pass(Names.FORGET.minusNanos(1));
    set("one.test", "10.0.0.2");
    look("one.test");
    set("one.test", "10.0.0.1");
    pass(Duration.ofNanos(1));
    assertThat(look("one.test")).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void nobodyIsGoneWhereNothingIsAnswered() throws Exception {
    set("one.test", "10.0.0.1");
    set("two.test", "10.0.0.2");
    look("one.test");
    answers.put("one.test", new CompletableFuture<>());
    set("two.test");
    pass(Names.FORGET.multipliedBy(3));
    assertThat(look("one.test")).containsExactly("10.0.0.1");
    answers.remove("one.test");
    pass(Names.FORGET);
    assertThat(look("one.test")).containsExactly("10.0.0.1");
    assertThat(look("two.test")).containsExactly("10.0.0.2");
    set("one.test", "10.0.0.3");
    pass(Names.FORGET);
    assertThat(look("one.test"))
        .as("missing since this answer")
        .containsExactly("10.0.0.1", "10.0.0.3");
  }

  @Test
  void whatTheLastAnswerLacksIsOnlyRemembered() throws Exception {
    set("one.test", "10.0.0.1", "10.0.0.2");
    look("one.test");
    set("one.test", "10.0.0.2");
    look("one.test");
    assertThat(known("one.test"))
        .containsExactly(new Found.Address("10.0.0.1", true), new Found.Address("10.0.0.2", false));
    answers.remove("one.test");
    look("one.test");
    assertThat(known("one.test"))
        .containsExactly(new Found.Address("10.0.0.1", true), new Found.Address("10.0.0.2", true));
  }

  @Test
  void halfAnAnswerTakesNobodyAway() throws Exception {
    set("one.test", "10.0.0.1");
    look("one.test");
    set("one.test", "fd00::1");
    pass(Names.FORGET);
    assertThat(look("one.test")).containsExactly("10.0.0.1");
    set("two.test", "fd00::1");
    assertThat(look("two.test")).containsExactly("fd00::1");
    set("two.test", "10.0.0.2");
    look("two.test");
    pass(Names.FORGET);
    assertThat(look("two.test")).containsExactly("10.0.0.2");
  }

  @Test
  void aLateAnswerCountsUnlessANewerOneHasCome() throws Exception {
    CompletableFuture<List<String>> late = new CompletableFuture<>();
    answers.put("one.test", late);
    assertThat(look("one.test")).isEmpty();
    late.complete(List.of("10.0.0.1"));
    assertThat(known("one.test")).containsExactly(new Found.Address("10.0.0.1", false));

    CompletableFuture<List<String>> later = new CompletableFuture<>();
    answers.put("one.test", later);
    look("one.test");
    set("one.test", "10.0.0.2");
    look("one.test");
    later.complete(List.of("10.0.0.9"));
    assertThat(known("one.test"))
        .containsExactly(new Found.Address("10.0.0.1", true), new Found.Address("10.0.0.2", false));
  }

  @Test
  void whileAnotherConfigurationComesNobodyLooksByThePresentOne() throws Exception {
    set("one.test", "10.0.0.1");
    discovery.hold();
    discovery.lookAgain(FILE);
    assertThat(asked).isEmpty();
    discovery.letGo();
    discovery.lookAgain(FILE);
    assertThat(known("one.test")).containsExactly(new Found.Address("10.0.0.1", false));
  }

  @Test
  void aLookAtOtherNamesForgetsNobody() throws Exception {
    set("one.test", "10.0.0.1");
    look("one.test");
    Snapshot other = Names.snapshot(service("chat", Balance.RANDOM, named("two.test")));
    discovery.look(other);
    assertThat(known("one.test")).containsExactly(new Found.Address("10.0.0.1", false));
    discovery.forgetAllBut(other);
    assertThat(known("one.test")).isEmpty();
  }
}
