package io.holdfast.listen;

import io.holdfast.observe.AccessEntry;
import io.holdfast.observe.EndedBy;
import io.holdfast.upstream.ForwardedFor;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request's head and what was found out about it.
 *
 * @param connectionId of the client connection
 * @param id of this request, which backends, logs and error answers carry
 * @param head as the client sent it
 * @param from where it came from
 * @param client its own address, behind trusted proxies
 * @param listener our address that it came in by
 * @param start when the head was complete
 * @param startNanos the same by {@link System#nanoTime()}
 */
record Request(
    String connectionId,
    String id,
    HttpRequest head,
    ForwardedFor from,
    String client,
    String listener,
    Instant start,
    long startNanos) {

  /** Address of the client without its port, behind trusted proxies. */
  String address() {
    return from.trusted() ? client : from.address();
  }

  /** Nanoseconds since the head was complete. */
  long age() {
    return System.nanoTime() - startNanos;
  }

  /** What is known of a conversation at its end, for the access log. */
  static final class Story {
    final Request request;

    /** Whether a WebSocket was asked for, rightly or wrongly. */
    final boolean handshake;

    Routing.@Nullable Target target;
    @Nullable String backend;
    int status;
    int tries;
    long handshakeNanos;
    long bytesFromClient;
    long bytesFromBackend;
    @Nullable EndedBy endedBy;
    String why = "";

    Story(Request request) {
      this.request = request;
      this.handshake = HandshakeCheck.isHandshake(request.head());
    }

    /** The service's name; empty while none is known. */
    String service() {
      return target == null ? "" : target.route().service();
    }

    AccessEntry entry() {
      return new AccessEntry(
          handshake ? AccessEntry.Kind.WEBSOCKET : AccessEntry.Kind.HTTP,
          request.connectionId,
          request.id,
          request.start,
          request.client,
          request.listener,
          target == null ? null : target.route().name(),
          target == null ? null : target.route().service(),
          backend,
          request.head.method().name(),
          request.head.headers().get("host", ""),
          request.head.uri(),
          status,
          handshakeNanos,
          request.age(),
          tries,
          0,
          0,
          0,
          bytesFromClient,
          bytesFromBackend,
          0,
          endedBy,
          why);
    }
  }
}
