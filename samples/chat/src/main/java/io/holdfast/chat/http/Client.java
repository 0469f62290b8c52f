package io.holdfast.chat.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The web client's files, by the path that they are served at. */
final class Client {
  /** Nothing but its own files, and connections only to where it came from. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");
  private static final Map<String, Page> FILES =
      Stream.of(
              "index.html",
              "page.css",
              "icon.svg",
              "page.js",
              "rooms.js",
              "conversation.js",
              "holdfast-client.js",
              "transports.js",
              "outbox.js",
              "backoff.js",
              "socket.io.esm.min.js")
          .collect(Collectors.toUnmodifiableMap(name -> "/" + name, Client::file));

  private Client() {}

  /** What is served at {@code path}; null for nothing. */
  static @Nullable Page at(String path) {
    return FILES.get(path.equals("/") ? "/index.html" : path);
  }

  private static Page file(String name) {
    String type =
        Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
    try (InputStream in = Client.class.getResourceAsStream("client/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the web client's " + name + " is missing");
      }
      return new Page(HttpResponseStatus.OK, type, in.readAllBytes(), POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
