package io.holdfast.control;

import static io.holdfast.control.Gateway.BLUE;
import static io.holdfast.control.Gateway.GREEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Lease;
import io.holdfast.balance.Standing;
import io.holdfast.model.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What deploys see of groups whose backends go and come. */
final class ServiceFleetTest {
  @TempDir private Path folder;

  private Gateway start() throws Exception {
    return new Gateway(new StateFolder(folder), Gateway.chat(Map.of()));
  }

  @Test
  void aBackendThatIsOnTrialIsIn() throws Exception {
    try (Gateway gateway = start()) {
      eject(gateway, Standing.Ejected.YES);
      assertThat(gateway.fleet().out("green"))
          .isEqualTo("backend " + GREEN.address() + " is ejected (test)");
      eject(gateway, Standing.Ejected.TRIAL);
      assertThat(gateway.fleet().out("green")).as("who else should try it").isNull();
    }
  }

  @Test
  void aGroupIsNeededThatServesAloneOrThatTheFileGivesClients() throws Exception {
    try (Gateway gateway = start()) {
      ServiceFleet fleet = gateway.fleet();
      assertThat(fleet.needed("green")).isNull();
      fleet.shift(Map.of("blue", 500, "green", 500), false, List.of());
      assertThat(fleet.needed("green")).as("blue serves, too").isNull();
      fleet.shift(Map.of("blue", 0, "green", 1000), false, List.of());
      assertThat(fleet.needed("green")).isEqualTo("no other group has a share of new clients");
      gateway.reload(Gateway.chat(50, 50), 0);
      assertThat(fleet.needed("green")).isEqualTo("a reload has given it a share");
      gateway.reload(Gateway.chat(50, 0), 0);
      assertThat(fleet.needed("green")).isNull();
    }
  }

  @Test
  void aGroupThatAReloadTakesAwayHasItsClientsStill() throws Exception {
    try (Gateway gateway = start()) {
      ServiceFleet fleet = gateway.fleet();
      Lease relay = gateway.relay(BLUE);
      Service of = gateway.service();
      gateway.reload(of.with(of.balance().withGroups(Map.of("green", 100)), List.of(GREEN)), 0);
      assertThat(gateway.service().members("blue")).isEmpty();
      assertThat(fleet.relays("blue")).isEqualTo(1);
      assertThat(fleet.load("blue")).as("no time to stop it").isEqualTo(1);
      relay.close();
      assertThat(fleet.load("blue")).isZero();
    }
  }

  private static void eject(Gateway gateway, Standing.Ejected how) {
    gateway.live(GREEN).change(standing -> standing.withEjection(how), "test");
  }
}
