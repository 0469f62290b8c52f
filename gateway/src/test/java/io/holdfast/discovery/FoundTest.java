package io.holdfast.discovery;

import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.Discover;
import io.holdfast.model.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FoundTest {
  private static final Backend BLUE = named("blue.test", 2, "blue");
  private static final Backend GREEN = named("green.test", 3, "green");
  private static final Backend FIXED = new Backend(false, "127.0.0.9", 8000, "/b", 1, null);

  private static Backend named(String name, int weight, String group) {
    return new Backend(false, name, 8000, "/b", weight, group, Discover.DNS, name);
  }

  private static List<Backend> in(Map<String, List<String>> known, Backend... backends) {
    Map<String, List<Found.Address>> all = new HashMap<>();
    known.forEach((name, hosts) ->
        all.put(name, hosts.stream().map(host -> new Found.Address(host, false)).toList()));
    return in(new Found(all), backends);
  }

  private static List<Backend> in(Found found, Backend... backends) {
    Snapshot file = Names.snapshot(service("chat", Balance.RANDOM, backends));
    return requireNonNull(found.in(file).services().get("chat")).backends();
  }

  private static List<Found.Address> remembered(String host) {
    return List.of(new Found.Address(host, true));
  }

  @Test
  void anAddressThatIsOnlyRememberedIsOfTheNameThatHasItNow() {
    List<Found.Address> now = List.of(new Found.Address("10.0.0.1", false));
    Found found = new Found(Map.of("blue.test", remembered("10.0.0.1"), "green.test", now));
    assertThat(in(found, BLUE, GREEN)).containsExactly(BLUE, GREEN.at("10.0.0.1"));

    found = new Found(Map.of("blue.test", remembered("127.0.0.9")));
    assertThat(in(found, BLUE, FIXED)).containsExactly(BLUE, FIXED);
    assertThat(in(found, BLUE)).containsExactly(BLUE.at("127.0.0.9"));

    found =
        new Found(
            Map.of("blue.test", remembered("10.0.0.1"), "green.test", remembered("10.0.0.1")));
    assertThat(in(found, BLUE, GREEN)).as("as before").containsExactly(BLUE.at("10.0.0.1"));
  }

  @Test
  void eachAddressIsABackendWithAllThatItsNameHas() {
    assertThat(in(Map.of("blue.test", List.of("10.0.0.1", "fd00::1")), FIXED, BLUE))
        .containsExactly(
            FIXED,
            new Backend(false, "10.0.0.1", 8000, "/b", 2, "blue", Discover.DNS, "blue.test"),
            new Backend(false, "fd00::1", 8000, "/b", 2, "blue", Discover.DNS, "blue.test"));
  }

  @Test
  void aNameOfWhichNothingIsKnownIsABackendItself() {
    assertThat(in(Map.of("blue.test", List.of()), BLUE, GREEN)).containsExactly(BLUE, GREEN);
  }

  @Test
  void aNameThatIsNotToBeDiscoveredStays() {
    Backend plain = new Backend(false, "blue.test", 8000, "", 1, null);
    assertThat(in(Map.of("blue.test", List.of("10.0.0.1")), plain)).containsExactly(plain);
  }

  @Test
  void anAddressOfTwoNamesIsOfTheFirst() {
    Map<String, List<String>> known =
        Map.of("blue.test", List.of("127.0.0.9"), "green.test", List.of("10.0.0.1", "127.0.0.9"));
    assertThat(in(known, BLUE, GREEN, FIXED))
        .containsExactly(BLUE.at("127.0.0.9"), GREEN.at("10.0.0.1"));
  }
}
