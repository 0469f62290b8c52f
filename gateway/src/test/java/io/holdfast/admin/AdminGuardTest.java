package io.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.Admin;
import io.holdfast.observe.Meters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, told over bare sockets, since clients do not let one choose the Host. */
class AdminGuardTest {

  private @Nullable AdminServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:9900",
        "127.1.2.3",
        "[::1]:9900",
        "a.localhost"
      })
  void loopbackNamesAreLetIn(String host) throws IOException {
    assertThat(call(null, "POST /api/v1/reload", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        ""
      })
  void aNameThatWasMadeToPointHereIsRefused(String host) throws IOException {
    assertThat(call(null, "POST /api/v1/reload", "Host: " + host)).startsWith("HTTP/1.1 403");
    assertThat(call(null, "GET /api/v1/connections", "Host: " + host)).startsWith("HTTP/1.1 403");
    assertThat(call(null, "GET /healthz", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://evil.example", "null", "http://localhost:81", "https://localhost:80"})
  void aPageOfAnotherOriginIsRefused(String origin) throws IOException {
    assertThat(call(null, "POST /api/v1/reload", "Host: localhost:80", "Origin: " + origin))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void aPageOfOursIsLetIn() throws IOException {
    assertThat(
            call(null, "POST /api/v1/reload", "Host: localhost:80", "Origin: http://localhost:80"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void theRightTokenIsLetInByAnyName() throws IOException {
    assertThat(
            call(
                "s3cret",
                "POST /api/v1/reload",
                "Host: gate.example",
                "Authorization: Bearer s3cret"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer wrong", "Bearer s3cret2", "Bearer", "Bearer ", "Basic s3cret", "s3cret"})
  void anyOtherTokenIsRefused(String authorization) throws IOException {
    String answer =
        call("s3cret", "GET /metrics", "Host: localhost", "Authorization: " + authorization);

    assertThat(answer)
        .startsWith("HTTP/1.1 401")
        .containsIgnoringCase("\r\nWWW-Authenticate: Bearer realm=\"holdfast\"")
        .contains("{\"error\":");
  }

  @Test
  void withATokenOnlyProbesGoWithout() throws IOException {
    assertThat(call("s3cret", "GET /healthz", "Host: a")).startsWith("HTTP/1.1 200");
    assertThat(call("s3cret", "GET /readyz", "Host: a")).startsWith("HTTP/1.1 200");
    for (String path :
        new String[] {"/metrics", "/health/websocket", "/api/v1/services", "/nothing"}) {
      assertThat(call("s3cret", "GET " + path, "Host: localhost")).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void anOpenAddressNeedsAToken() {
    assertThatThrownBy(() ->
            AdminServer.start(new Admin(true, "0.0.0.0", 0, null), new FakeGateway(), new Meters()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The admin address 0.0.0.0:0 is not loopback; expected a token to go with it.");
  }

  @Test
  void anotherTokenCountsFromTheNextRequest() throws IOException {
    AdminServer started = start(new Admin(true, "127.0.0.1", 0, "old"));
    started.change(new Admin(true, "127.0.0.1", 0, "new"));
    assertThat(ask(started, "GET /metrics", "Host: localhost", "Authorization: Bearer old"))
        .startsWith("HTTP/1.1 401");
    assertThat(ask(started, "GET /metrics", "Host: localhost", "Authorization: Bearer new"))
        .startsWith("HTTP/1.1 200");
    started.change(new Admin(true, "127.0.0.1", 0, null));
    assertThat(ask(started, "GET /metrics", "Host: localhost")).startsWith("HTTP/1.1 200");
  }

  @Test
  void anOpenAddressKeepsItsTokenUntilItIsGone() throws IOException {
    AdminServer started = start(new Admin(true, "0.0.0.0", 0, "old"));
    started.change(new Admin(true, "127.0.0.1", 0, null));
    assertThat(ask(started, "GET /metrics", "Host: localhost")).startsWith("HTTP/1.1 401");
  }

  private AdminServer start(Admin admin) throws IOException {
    stop();
    AdminServer started = AdminServer.start(admin, new FakeGateway(), new Meters());
    server = started;
    return started;
  }

  private String call(@Nullable String token, String start, String... headers) throws IOException {
    return ask(start(new Admin(true, "127.0.0.1", 0, token)), start, headers);
  }

  private static String ask(AdminServer started, String start, String... headers)
      throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), started.address().getPort())) {
      String head =
          start
              + " HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
