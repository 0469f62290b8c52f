package io.holdfast.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the access log says of one WebSocket connection, one HTTP exchange, or one connection that
 * brought neither, at its end.
 *
 * @param connectionId id of the client connection
 * @param requestId id of the request, as backends see it; empty for {@link Kind#CONNECTION}
 * @param start when the head was read, or the connection accepted
 * @param client address and port of the client
 * @param listener address and port that it came in by
 * @param route name of the route; null if none matched
 * @param service name of the service; null if none was reached
 * @param backend address of the backend; null if none was chosen
 * @param method request method; empty if no head was read
 * @param host what the client asked for; empty if no head was read
 * @param path path of the request. A query string is cut off here, for tokens live there
 * @param status status of the answer; 0 for none
 * @param handshakeNanos from the head to the answer
 * @param durationNanos from the start to the end
 * @param tries backends that were tried
 * @param moves how often a relay went to another backend
 * @param messagesFromClient data messages; 0 for HTTP
 * @param messagesFromBackend data messages; 0 for HTTP
 * @param bytesFromClient bytes after the head
 * @param bytesFromBackend bytes after the head
 * @param closeCode close code that the client got or sent; 0 for none
 * @param endedBy who ended it first; null if not known
 * @param why a few words of ours; empty for the ordinary
 */
public record AccessEntry(
    Kind kind,
    String connectionId,
    String requestId,
    Instant start,
    String client,
    String listener,
    @Nullable String route,
    @Nullable String service,
    @Nullable String backend,
    String method,
    String host,
    String path,
    int status,
    long handshakeNanos,
    long durationNanos,
    int tries,
    int moves,
    long messagesFromClient,
    long messagesFromBackend,
    long bytesFromClient,
    long bytesFromBackend,
    int closeCode,
    @Nullable EndedBy endedBy,
    String why) {

  public AccessEntry {
    int query = path.indexOf('?');
    if (query >= 0) {
      path = path.substring(0, query);
    }
  }

  /** The same, with what only its end tells. */
  public AccessEntry ended(
      long durationNanos,
      long messagesFromClient,
      long messagesFromBackend,
      long bytesFromClient,
      long bytesFromBackend,
      int closeCode,
      @Nullable EndedBy endedBy,
      String why) {
    return new AccessEntry(
        kind,
        connectionId,
        requestId,
        start,
        client,
        listener,
        route,
        service,
        backend,
        method,
        host,
        path,
        status,
        handshakeNanos,
        durationNanos,
        tries,
        moves,
        messagesFromClient,
        messagesFromBackend,
        bytesFromClient,
        bytesFromBackend,
        closeCode,
        endedBy,
        why);
  }

  /** The same, at another backend. */
  public AccessEntry moved(String to) {
    return new AccessEntry(
        kind,
        connectionId,
        requestId,
        start,
        client,
        listener,
        route,
        service,
        to,
        method,
        host,
        path,
        status,
        handshakeNanos,
        durationNanos,
        tries,
        moves + 1,
        messagesFromClient,
        messagesFromBackend,
        bytesFromClient,
        bytesFromBackend,
        closeCode,
        endedBy,
        why);
  }

  /** What an entry is about. */
  public enum Kind {
    WEBSOCKET,
    HTTP,
    /** A connection that brought no complete request. */
    CONNECTION
  }
}
