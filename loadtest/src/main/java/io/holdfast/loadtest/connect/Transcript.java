package io.holdfast.loadtest.connect;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * Writes what happens: frames to standard output as {@code TYPE PAYLOAD}, one line each, everything
 * else to standard error. Control characters are escaped, so that a server cannot drive the
 * terminal.
 */
final class Transcript {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean timestamps;

  Transcript(PrintWriter out, PrintWriter err, boolean timestamps) {
    this.out = out;
    this.err = err;
    this.timestamps = timestamps;
  }

  void opened(String url, HttpResponse response) {
    String subprotocol = response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    String extensions = response.headers().get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    String backend = response.headers().get("X-Backend");
    note(
        "connected to "
            + url
            + (subprotocol == null ? "" : ", subprotocol " + escape(subprotocol))
            + (extensions == null ? "" : ", " + escape(extensions))
            + (backend == null ? "" : ", served by " + escape(backend)));
  }

  void text(byte[] payload) {
    line("text", escape(new String(payload, StandardCharsets.UTF_8)));
  }

  void binary(byte[] payload) {
    line("binary", HexFormat.of().formatHex(payload));
  }

  void ping(byte[] payload) {
    line("ping", escape(new String(payload, StandardCharsets.UTF_8)));
  }

  void pong(byte[] payload) {
    line("pong", escape(new String(payload, StandardCharsets.UTF_8)));
  }

  void close(int code, String reason) {
    line("close", (code + " " + escape(reason)).strip());
  }

  /** Tells the user something that is not a frame. */
  synchronized void note(String text) {
    err.println("# " + text);
    err.flush();
  }

  private synchronized void line(String type, String payload) {
    String line = payload.isEmpty() ? type : type + " " + payload;
    out.println(timestamps ? Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line : line);
    out.flush();
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append('\t');
            default -> {
              if (Character.isISOControl(c)) {
                safe.append(String.format("\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            }
          }
        });
    return safe.toString();
  }
}
