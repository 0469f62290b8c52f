package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.admin.GatewayControl;
import io.holdfast.model.Admin;
import io.holdfast.observe.Meters;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class AdminPlaceTest {
  /** No call gets as far. */
  private static final GatewayControl NOBODY =
      (GatewayControl)
          java.lang.reflect.Proxy.newProxyInstance(
              GatewayControl.class.getClassLoader(),
              new Class<?>[] {GatewayControl.class},
              (_, method, _) -> {
                throw new AssertionError(method);
              });

  private static int status(int port, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/nothing"))
              .header("Authorization", "Bearer " + token)
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void aTokenThatWasChangedBeforeTheAddressWasFreeIsTheOneThatCounts() throws Exception {
    try (AdminPlace place = new AdminPlace(NOBODY, new Meters());
        var others = Executors.newVirtualThreadPerTaskExecutor()) {
      int port;
      Future<?> taken;
      try (ServerSocket before = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        port = before.getLocalPort();
        place.change(new Admin(true, "127.0.0.1", port, "new"));
        taken =
            others.submit(() -> {
              place.takeOver(new Admin(true, "127.0.0.1", port, "old"));
              return null;
            });
      }
      taken.get();
      assertThat(status(port, "old")).isEqualTo(401);
      assertThat(status(port, "new")).isEqualTo(404);
    }
  }
}
