package io.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private void answers(int status, String body) {
    gateway.createContext(
        "/",
        call -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          call.getResponseBody().write(bytes);
          call.close();
        });
    gateway.start();
  }

  @ParameterizedTest
  @CsvSource({
    "401, {\"error\":\"who?\"}, asks for a token; give it with --token or in HOLDFAST_ADMIN_TOKEN.",
    "409, {\"error\":\"Not now.\"}, answered 409: Not now.",
    "500, {}, answered 500.",
    "200, <html>, answered 200 without JSON; expected the admin listener",
    "204, '', answered 204 without JSON; expected the admin listener",
    "200, {\"id\":\"seven\"}, answered with other JSON; expected the admin listener",
  })
  void whatIsNoAnswerOfAGatewayOrARefusalIsSaid(int status, String body, String message) {
    answers(status, body);

    assertThatThrownBy(() -> client.deploy("service=chat", ""))
        .isInstanceOf(AdminException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"hello\":\"world\"}", "[1,2]", "7", "null"})
  void otherJsonIsNotTakenForDone(String body) {
    answers(200, body);

    List<ThrowingCallable> calls =
        List.of(
            client::reload,
            client::drains,
            client::deploys,
            () -> client.override("up", "10.0.0.1:80", null, ""),
            () -> client.shutdown("rate=1"),
            () -> client.upgrade("rate=1"),
            () -> client.share(1),
            () -> client.leave(1),
            () -> client.rebalance("chat", ""),
            () -> client.deploy("service=chat", ""),
            () -> client.abortDeploy("chat"));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(AdminException.class)
          .hasMessageContaining("answered with other JSON; expected the admin listener");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202})
  void whateverIsAcceptedIsFine(int status) {
    answers(status, "{\"state\":\"draining\"}");

    assertThatCode(() -> client.shutdown("rate=1")).doesNotThrowAnyException();
  }

  @Test
  void whereNobodyListensIsToldApart() {
    gateway.start();
    gateway.stop(0);
    assertThatThrownBy(client::drains).isInstanceOf(ConnectException.class);
  }
}
