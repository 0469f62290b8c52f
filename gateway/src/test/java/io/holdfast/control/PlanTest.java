package io.holdfast.control;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static io.holdfast.control.Snapshots.listener;
import static io.holdfast.control.Snapshots.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.control.Plan.Step;
import io.holdfast.model.Admin;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.Cidr;
import io.holdfast.model.Dns;
import io.holdfast.model.Limits;
import io.holdfast.model.Listener;
import io.holdfast.model.Logs;
import io.holdfast.model.Service;
import io.holdfast.model.Shutdown;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Service CHAT =
      service("chat", Balance.RANDOM, backend("a", 1), backend("b", 1));

  private static Snapshot with(Listener... listeners) {
    return Snapshots.of(List.of(listeners), List.of(route("r", "/**", "chat")), CHAT);
  }

  private static List<String> between(Snapshot before, Snapshot after) {
    return Plan.between(before, after).sentences();
  }

  @Test
  void nothingIsTheSame() {
    assertThat(between(with(listener(1)), with(listener(1)))).isEmpty();
  }

  @Test
  void listenersComeGoAndChange() {
    Listener trusting = new Listener("127.0.0.1", 2, null, List.of(Cidr.parse("10.0.0.0/8")));
    Plan plan = Plan.between(with(listener(1), listener(2)), with(trusting, listener(3)));
    assertThat(plan.sentences())
        .containsExactly(
            "change listener 127.0.0.1:2",
            "listen on 127.0.0.1:3",
            "listen on 127.0.0.1:1 no more");
    assertThat(plan.all(Step.Bind.class)).containsExactly(new Step.Bind(listener(3)));
    assertThat(plan.all(Step.Unbind.class)).containsExactly(new Step.Unbind(listener(1)));
    assertThat(plan.all(Step.ChangeListener.class))
        .containsExactly(new Step.ChangeListener(trusting));
  }

  @Test
  void aBackendThatIsGoneDrainsByThePolicyItHad() {
    Service less = service("chat", Balance.ROUND_ROBIN, backend("b", 1), backend("c", 1));
    Snapshot after = Snapshots.of(List.of(), List.of(route("r", "/**", "chat")), less);
    Plan plan = Plan.between(with(), after);
    assertThat(plan.all(Step.DropBackend.class))
        .containsExactly(new Step.DropBackend(CHAT, "ws://a:8000"));
    assertThat(plan.sentences())
        .containsExactly(
            "drain backend ws://a:8000 of service chat",
            "add backend ws://c:8000 to service chat",
            "change service chat");
  }

  @Test
  void aBackendOfAnotherWeightOrGroupStays() {
    Backend heavier = new Backend(false, "a", 8000, "", 9, "blue");
    Backend green = new Backend(false, "b", 8000, "", 1, "green");
    Service changed = service("chat", Balance.RANDOM, heavier, green);
    assertThat(
            between(with(), Snapshots.of(List.of(), List.of(route("r", "/**", "chat")), changed)))
        .containsExactly(
            "change weight of backend ws://a:8000 of service chat from 1 to 9",
            "change backend ws://b:8000 of service chat");
  }

  @Test
  void aServiceThatIsGoneDrainsAllItsBackends() {
    Service other = service("other", Balance.RANDOM, backend("c", 1));
    Snapshot after = Snapshots.of(List.of(), List.of(route("r", "/**", "other")), other);
    assertThat(between(with(), after))
        .containsExactly(
            "change route r",
            "drain backend ws://a:8000 of service chat",
            "drain backend ws://b:8000 of service chat",
            "add service other");
  }

  @Test
  void routesComeGoAndChange() {
    Snapshot before =
        Snapshots.of(
            List.of(), List.of(route("one", "/1", "chat"), route("two", "/2", "chat")), CHAT);
    Snapshot after =
        Snapshots.of(
            List.of(), List.of(route("two", "/two", "chat"), route("three", "/3", "chat")), CHAT);
    Plan plan = Plan.between(before, after);
    assertThat(plan.all(Step.DropRoute.class))
        .containsExactly(new Step.DropRoute(route("one", "/1", "chat"), CHAT));
    assertThat(plan.sentences())
        .containsExactly("drain route one", "change route two", "add route three");
  }

  private static List<String> adminFrom(Admin before, Admin after) {
    return between(withAdmin(before), withAdmin(after));
  }

  private static Snapshot withAdmin(Admin admin) {
    Snapshot s = with();
    return new Snapshot(
        s.listeners(),
        admin,
        s.limits(),
        s.routes(),
        s.services(),
        s.shutdown(),
        s.logs(),
        s.dns(),
        s.transport(),
        s.state());
  }

  @Test
  void anAdminTokenChangesAtOnceAndItsAddressLater() {
    Admin old = new Admin(true, "0.0.0.0", 1, "old");
    String later = "change the admin listener at the next start";
    assertThat(adminFrom(old, new Admin(true, "0.0.0.0", 1, "new")))
        .containsExactly("change admin token");
    assertThat(adminFrom(old, new Admin(true, "0.0.0.0", 2, "new")))
        .containsExactly(later, "change admin token");
    assertThat(adminFrom(old, new Admin(true, "127.0.0.1", 1, null)))
        .as("the token stays as long as the address")
        .containsExactly(later);
    assertThat(adminFrom(old, new Admin(false, "0.0.0.0", 1, "old"))).containsExactly(later);
  }

  @Test
  void whatOnlyNewConnectionsNoticeIsNoted() {
    Snapshot before = with();
    Snapshot after =
        new Snapshot(
            List.of(),
            new Admin(true, "127.0.0.1", 1, null),
            new Limits(1, 1, 1, 1, Duration.ZERO, Duration.ZERO),
            before.routes(),
            Map.of("chat", CHAT),
            new Shutdown(Duration.ofSeconds(1), Duration.ZERO),
            new Logs(Logs.Level.DEBUG, Logs.Format.JSON, Logs.AccessFormat.JSON),
            new Dns(
                List.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ZERO),
            Transport.AUTO,
            Path.of("elsewhere"));
    assertThat(between(before, after))
        .containsExactly(
            "change limits",
            "change logs",
            "change shutdown",
            "change dns",
            "change the admin listener at the next start",
            "change transport at the next start",
            "change the state folder at the next start");
  }
}
