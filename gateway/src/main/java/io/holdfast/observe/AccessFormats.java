package io.holdfast.observe;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An access entry as a line of text or of JSON. What clients chose is escaped in both. */
final class AccessFormats {

  private AccessFormats() {}

  /**
   * One readable line: time, kind, status, request, then {@code key=value} pairs. Counts are from
   * the client and from the backend, in this order; what does not apply is left out.
   */
  static byte[] text(AccessEntry e) {
    StringBuilder line = new StringBuilder(320);
    Lines.time(line, e.start());
    line.append(" access ").append(kind(e)).append(' ').append(e.status()).append(' ');
    Lines.word(line, e.method());
    line.append(' ');
    Lines.word(line, e.host() + e.path());
    pair(line, "client", e.client());
    pair(line, "listener", e.listener());
    pair(line, "route", e.route());
    pair(line, "service", e.service());
    pair(line, "backend", e.backend());
    pair(line, "handshake", millis(e.handshakeNanos()));
    pair(line, "duration", millis(e.durationNanos()));
    pair(line, "tries", Integer.toString(e.tries()));
    if (e.moves() > 0) {
      pair(line, "moves", Integer.toString(e.moves()));
    }
    if (e.kind() == AccessEntry.Kind.WEBSOCKET) {
      pair(line, "messages", e.messagesFromClient() + "/" + e.messagesFromBackend());
    }
    pair(line, "bytes", e.bytesFromClient() + "/" + e.bytesFromBackend());
    if (e.closeCode() != 0) {
      pair(line, "close", Integer.toString(e.closeCode()));
    }
    pair(line, "by", endedBy(e));
    if (!e.why().isEmpty()) {
      line.append(" why=");
      Lines.quoted(line, e.why());
    }
    pair(line, "connection", e.connectionId());
    if (!e.requestId().isEmpty()) {
      pair(line, "request", e.requestId());
    }
    return Lines.bytes(line.append('\n'));
  }

  /** One JSON object; every key is always there, durations are seconds, what is unknown is null. */
  static byte[] json(AccessEntry e) {
    return JsonLine.of(json -> {
      json.writeStringProperty("timestamp", Lines.time(e.start()));
      json.writeStringProperty("type", "access");
      json.writeStringProperty("kind", kind(e));
      json.writeStringProperty("connection_id", e.connectionId());
      json.writeStringProperty("request_id", e.requestId());
      json.writeStringProperty("client", e.client());
      json.writeStringProperty("listener", e.listener());
      json.writeStringProperty("route", e.route());
      json.writeStringProperty("service", e.service());
      json.writeStringProperty("backend", e.backend());
      json.writeStringProperty("method", e.method());
      json.writeStringProperty("host", e.host());
      json.writeStringProperty("path", e.path());
      json.writeNumberProperty("status", e.status());
      json.writeNumberProperty("handshake_seconds", e.handshakeNanos() / 1e9);
      json.writeNumberProperty("duration_seconds", e.durationNanos() / 1e9);
      json.writeNumberProperty("tries", e.tries());
      json.writeNumberProperty("moves", e.moves());
      json.writeNumberProperty("messages_from_client", e.messagesFromClient());
      json.writeNumberProperty("messages_from_backend", e.messagesFromBackend());
      json.writeNumberProperty("bytes_from_client", e.bytesFromClient());
      json.writeNumberProperty("bytes_from_backend", e.bytesFromBackend());
      json.writeNumberProperty("close_code", e.closeCode());
      json.writeStringProperty("ended_by", endedBy(e));
      json.writeStringProperty("why", e.why());
    });
  }

  private static void pair(StringBuilder line, String key, @Nullable String value) {
    if (value != null) {
      line.append(' ').append(key).append('=');
      Lines.word(line, value);
    }
  }

  private static String kind(AccessEntry e) {
    return e.kind().name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String endedBy(AccessEntry e) {
    EndedBy by = e.endedBy();
    return by == null ? null : by.label();
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + "." + nanos / 100_000 % 10 + "ms";
  }
}
