package io.holdfast.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetersTest {

  private final Meters meters = new Meters();

  @Test
  void sumsTheTrafficOfAllLoopsPerService() {
    Traffic one = meters.newTraffic("chat");
    Traffic two = meters.newTraffic("chat");
    meters.newTraffic("other").fromClient(1, 1, 1);
    one.fromClient(3, 2, 100);
    two.fromClient(1, 1, 11);
    two.fromBackend(5, 4, 1_000);

    assertThat(scrape())
        .contains("holdfast_messages_total{direction=\"client_to_backend\",service=\"chat\"} 3.0")
        .contains("holdfast_frames_total{direction=\"client_to_backend\",service=\"chat\"} 4.0")
        .contains("holdfast_bytes_total{direction=\"client_to_backend\",service=\"chat\"} 111.0")
        .contains("holdfast_bytes_total{direction=\"backend_to_client\",service=\"chat\"} 1000.0")
        .contains("holdfast_bytes_total{direction=\"client_to_backend\",service=\"other\"} 1.0");
  }

  @Test
  void bytesGoBeyondAnInt() {
    Traffic traffic = meters.newTraffic("chat");
    for (int i = 0; i < 4; i++) {
      traffic.fromClient(1, 1, Integer.MAX_VALUE);
    }

    assertThat(traffic.clientBytes()).isEqualTo(4L * Integer.MAX_VALUE);
  }

  @Test
  void aServiceIsSeenAtZeroBeforeItsFirstHandshake() {
    meters.newTraffic("chat");

    assertThat(scrape())
        .contains("holdfast_handshakes_total{outcome=\"no_route\",service=\"chat\"} 0.0")
        .contains("holdfast_relays_active{service=\"chat\"} 0.0");
  }

  @Test
  void handshakesCountByOutcomeAndInSeconds() {
    meters.handshake("chat", HandshakeOutcome.SWITCHED, 20_000_000);

    assertThat(scrape())
        .contains("holdfast_handshakes_total{outcome=\"switched\",service=\"chat\"} 1.0")
        .contains("holdfast_handshake_duration_seconds_bucket{service=\"chat\",le=\"0.01\"} 0")
        .contains("holdfast_handshake_duration_seconds_bucket{service=\"chat\",le=\"0.025\"} 1")
        .contains("holdfast_handshake_duration_seconds_sum{service=\"chat\"} 0.02");
  }

  @Test
  void nothingIsToldOfABackendThatIsForgotten() {
    for (String backend : new String[] {"ws://a:1", "ws://b:1"}) {
      meters.backendFailure("chat", backend, "refused");
      meters.stateChange("chat", backend, "down");
      meters.loadReport("chat", backend, true);
    }
    meters.stateChange("other", "ws://a:1", "down");
    meters.forgetBackend("chat", "ws://a:1");

    assertThat(scrape().lines().filter(line -> line.contains("ws://a:1")))
        .singleElement()
        .asString()
        .contains("service=\"other\"");
    assertThat(scrape().lines().filter(line -> line.contains("ws://b:1"))).hasSize(3);
  }

  @Test
  void relaysRiseAndFall() {
    meters.relayOpened("chat");
    meters.relayOpened("chat");
    meters.relayEnded("chat", EndedBy.CLIENT, 1001, true, 5_000_000_000L);

    assertThat(scrape())
        .contains("holdfast_relays_active{service=\"chat\"} 1.0")
        .contains("holdfast_relays_total{service=\"chat\"} 2.0")
        .contains("holdfast_relays_ended_total{by=\"client\",code=\"1001\",service=\"chat\"} 1.0")
        .contains("holdfast_relays_reset_total{by=\"client\",service=\"chat\"} 1.0");
  }

  @Test
  void codesThatApplicationsChooseAreFolded() {
    assertThat(RelayMeters.code(0)).isEqualTo("none");
    assertThat(RelayMeters.code(1000)).isEqualTo("1000");
    assertThat(RelayMeters.code(1015)).isEqualTo("1015");
    assertThat(RelayMeters.code(1016)).isEqualTo("other");
    assertThat(RelayMeters.code(3000)).isEqualTo("3xxx");
    assertThat(RelayMeters.code(4999)).isEqualTo("4xxx");
    assertThat(RelayMeters.code(65_535)).isEqualTo("other");
  }

  @Test
  void aFailedReloadShowsUntilOneWorks() {
    meters.reload(false);
    String failed = scrape();
    meters.reload(true);

    assertThat(failed)
        .contains("holdfast_config_last_reload_successful 0.0")
        .contains("holdfast_config_reloads_total{result=\"failure\"} 1.0");
    assertThat(scrape()).contains("holdfast_config_last_reload_successful 1.0");
  }

  @Test
  void theJvmAppearsAtTheFirstScrape() {
    meters.registerJvm();
    meters.registerJvm();

    assertThat(scrape()).contains("jvm_memory_used_bytes{area=\"heap\"}");
  }

  @Test
  void loopsAreNumbered() {
    meters.newLoop(() -> 6, () -> 2_500_000_000L).delay(1_000);
    meters.newLoop(() -> 7, () -> 0L).delay(300_000);

    assertThat(scrape())
        .contains("holdfast_event_loop_delay_seconds_bucket{loop=\"1\",le=\"2.5E-4\"} 0")
        .contains("holdfast_event_loop_delay_seconds_count{loop=\"0\"} 1")
        .contains("holdfast_event_loop_connections{loop=\"0\"} 6.0")
        .contains("holdfast_event_loop_connections{loop=\"1\"} 7.0")
        .contains("holdfast_event_loop_cpu_seconds_total{loop=\"0\"} 2.5")
        .containsPattern("(?m)^holdfast_buffers_bytes \\d");
  }

  private String scrape() {
    return Scrape.of(meters);
  }
}
