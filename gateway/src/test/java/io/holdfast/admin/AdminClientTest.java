package io.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminClientTest {
  private final HttpServer gateway;
  private final AdminClient client;

  AdminClientTest() throws Exception {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI base = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort());
    client = new AdminClient(base, null, Duration.ofMillis(300));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.stop(0);
  }

  @Test
  void anAnswerThatStopsInTheMiddleIsNotWaitedForForEver() {
    gateway.createContext(
        "/",
        call -> {
          call.sendResponseHeaders(200, 1000);
          call.getResponseBody().write('{');
          call.getResponseBody().flush();
        });
    gateway.start();
    assertThatThrownBy(client::drains)
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessage("no whole answer in 0.3 s");
  }

  @Test
  void whereNobodyListensIsToldApart() {
    gateway.start();
    gateway.stop(0);
    assertThatThrownBy(client::drains).isInstanceOf(ConnectException.class);
  }
}
