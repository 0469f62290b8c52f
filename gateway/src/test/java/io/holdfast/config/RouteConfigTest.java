package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.HeaderEdits;
import io.holdfast.model.HostPattern;
import io.holdfast.model.Match;
import io.holdfast.model.MessageLimits;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Rewrite;
import io.holdfast.model.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code routes} and the sections in them. */
final class RouteConfigTest {

  private static final Set<String> SERVICES = Set.of("chat", "api");

  @Test
  void defaults() {
    assertThat(read("service: chat"))
        .isEqualTo(
            new Route(
                "chat",
                new Match(List.of(), PathPattern.EVERYTHING, Map.of(), Map.of()),
                "chat",
                Rewrite.NONE,
                HeaderEdits.NONE,
                HeaderEdits.NONE,
                MessageLimits.NONE));
  }

  @Test
  void fullMapping() {
    String yaml =
        """
        name: main
        match:
          hosts: [Chat.example.com, "*.example.org"]
          path: /%77s/*/**
          headers: { X-Tenant: a b }
          query: { v: "2", empty: "" }
        service: api
        rewrite: { stripPrefix: /ws, addPrefix: /v2 }
        headers:
          request: { set: { X-A: "1" }, add: { X-B: "2" }, remove: [X-C] }
          response: { set: { Strict-Transport-Security: max-age=60 }, remove: [Server] }
        admit: { maxFrame: 64KiB, maxMessage: 1MiB }
        """;

    assertThat(read(yaml))
        .isEqualTo(
            new Route(
                "main",
                new Match(
                    List.of(
                        new HostPattern("chat.example.com", false),
                        new HostPattern("example.org", true)),
                    PathPattern.parse("/ws/*/**"),
                    Map.of("X-Tenant", "a b"),
                    Map.of("v", "2", "empty", "")),
                "api",
                new Rewrite("/ws", "/v2", null),
                new HeaderEdits(List.of("X-C"), Map.of("X-A", "1"), Map.of("X-B", "2")),
                new HeaderEdits(
                    List.of("Server"), Map.of("Strict-Transport-Security", "max-age=60"), Map.of()),
                new MessageLimits(65_536, 1_048_576)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | c:1:1: \"service\" is missing",
        "service: chta | c:1:10: service: found \"chta\", expected the name of a service; did you mean \"chat\"?",
        "{service: chat, name: a b} | c:1:23: name: found \"a b\", expected a name of at most 64 letters, digits, dots, dashes and underscores, with a letter or digit first and last",
        "{service: chat, jwt: {}} | c:1:17: jwt: unknown key; expected one of name, match, service, rewrite, headers, admit",
        "{service: chat, match: {hosts: ['a:80']}} | c:1:33: match.hosts[0]: found \"a:80\", expected a host name such as chat.example.com or *.example.com, without port",
        "{service: chat, match: {path: ws}} | c:1:31: match.path: found \"ws\", expected a path that starts with /",
        "{service: chat, match: {path: /a*}} | c:1:31: match.path: found \"/a*\", expected * or ** as a whole segment, as in /ws/*/room or /ws/**",
        "{service: chat, match: {path: '/a?b'}} | c:1:31: match.path: found \"/a?b\", expected a path without query or fragment",
        "{service: chat, match: {path: /a/../b}} | c:1:31: match.path: found \"/a/../b\", expected a path without dot segments and with two hex digits after each %",
        "{service: chat, match: {headers: {a b: x}}} | c:1:35: match.headers.a b: found \"a b\", expected a header name such as X-Tenant",
        "{service: chat, match: {headers: [X]}} | c:1:34: match.headers: found a list, expected names with values",
        "{service: chat, match: {query: {a: [b]}}} | c:1:36: match.query.a: found a list, expected a single value",
        "{service: chat, rewrite: {stripPrefix: /a/}} | c:1:40: rewrite.stripPrefix: found \"/a/\", expected a path such as /ws, with a slash first and none last",
        "{service: chat, rewrite: {addPrefix: a}} | c:1:38: rewrite.addPrefix: found \"a\", expected a path such as /ws, with a slash first and none last",
        "{service: chat, rewrite: {replacePath: /a b}} | c:1:40: rewrite.replacePath: found \"/a b\", expected a path such as /ws, without query or blanks",
        "{service: chat, rewrite: {stripPrefix: /a, replacePath: /b}} | c:1:57: rewrite.replacePath: expected either stripPrefix or replacePath, not both",
        "{service: chat, headers: {request: {set: {Host: x}}}} | c:1:43: headers.request.set.Host: found \"Host\", expected a header that the gateway does not make itself; Host, Sec-WebSocket-* and those of one connection cannot be edited",
        "{service: chat, headers: {response: {remove: [sec-websocket-accept]}}} | c:1:47: headers.response.remove[0]: found \"sec-websocket-accept\", expected a header that the gateway does not make itself; Host, Sec-WebSocket-* and those of one connection cannot be edited",
        "{service: chat, headers: {request: {add: {X-A: \"S3CRET\\r\\nX: y\"}}}} | c:1:48: headers.request.add.X-A: found a value that is not shown, expected a header value in one line, without control characters or blanks at its ends",
        "{service: chat, headers: {request: {set: {X-A: a, x-a: b}}}} | c:1:51: headers.request.set.x-a: found \"x-a\", expected each header once, in whatever case",
        "{service: chat, admit: {maxMessage: 1MB}} | c:1:37: admit.maxMessage: found \"1MB\", expected a size such as 512, 16KiB, 1MiB or 1GiB, or off",
        "{service: chat, admit: {maxFrame: 2, maxMessage: 1}} | c:1:35: admit.maxFrame: a frame is never larger than its message; expected at most maxMessage",
      })
  void validation(String yaml, String message) {
    assertThat(Reading.error(yaml, in -> RouteConfig.read(in, SERVICES))).isEqualTo(message);
  }

  private static Route read(String yaml) {
    return Reading.fine(yaml, in -> RouteConfig.read(in, SERVICES)).compile();
  }
}
