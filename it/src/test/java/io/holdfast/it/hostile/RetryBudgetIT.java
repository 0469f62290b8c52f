package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service of which every backend is in trouble is not given more of it. */
class RetryBudgetIT {
  private static final int CLIENTS = 100;

  /** Says no to all at once, when all have asked for the first time. */
  private static RawBackend busy(CountDownLatch asked) throws IOException {
    return RawBackend.start(visit -> {
      visit.readHead();
      asked.countDown();
      try {
        asked.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      visit.write("HTTP/1.1 503 Busy\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\nbusy");
      visit.readToEnd();
    });
  }

  /** A budget is a share of the requests, or a rate over ten seconds if that is more. */
  @ParameterizedTest
  @CsvSource({"20%, 0, 20", "20%, 3, 30", "50%, 3, 50", "100%, 0, 100", "0%, 0, 0"})
  void retriesStayWithinTheBudget(String budget, int minPerSecond, int retries) throws Exception {
    CountDownLatch asked = new CountDownLatch(CLIENTS);
    String service =
        "retries: { max: 2, budget: %s, minPerSecond: %d }\ntimeouts: { handshake: 30s }\nejection: { failures: 0, silence: off }"
            .formatted(budget, minPerSecond);
    try (RawBackend one = busy(asked);
        RawBackend two = busy(asked);
        RawBackend three = busy(asked);
        GatewayProcess gateway =
            GatewayProcess.start(Config.of(service, one.url(), two.url(), three.url()))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RawClient client = RawClient.connect(gateway.port());
        client.write(RawClient.upgrade("/"));
        clients.add(client);
      }
      for (RawClient client : clients) {
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("x-own")).isEqualTo("1");
        assertThat(client.readBody(head)).isEqualTo("busy");
        client.close();
      }
      assertThat(gateway.metric("holdfast_retries_total")).isEqualTo(retries);
      assertThat(gateway.metric("holdfast_retries_total", "unavailable")).isEqualTo(retries);
      assertThat(gateway.metric("holdfast_backend_failures_total")).isEqualTo(CLIENTS + retries);
      assertThat(one.visits().size() + two.visits().size() + three.visits().size())
          .isEqualTo(CLIENTS + retries);
    }
  }
}
