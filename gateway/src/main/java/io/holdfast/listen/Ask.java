package io.holdfast.listen;

import io.holdfast.model.Backend;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.Service;
import io.holdfast.upstream.BackendRequest;
import io.holdfast.upstream.HandshakeAnswer;
import io.holdfast.websocket.DeflateTerms;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;

/**
 * What a request asks of any backend, and how long that may take.
 *
 * @param handshake whether for a WebSocket
 * @param session what a backend is to know the connection by; empty for nothing
 */
record Ask(Request request, Routing.Target target, boolean handshake, String session) {
  private static final String SESSION = "holdfast-session";

  /** What is asked for by a client. */
  static Ask of(Request request, Routing.Target target, boolean handshake) {
    boolean moves = handshake && target.balancer().service().migration() != null;
    return new Ask(request, target, handshake, moves ? Ids.session() : "");
  }

  /** What is sent to {@code backend}. */
  HttpRequest headFor(Backend backend) {
    HttpRequest head =
        BackendRequest.of(
            request.head(),
            request.from(),
            request.id(),
            target.route(),
            service().host(),
            backend,
            handshake);
    if (!session.isEmpty()) {
      head.headers().set(SESSION, session);
      narrow(head.headers());
    }
    return head;
  }

  /** Only what leaves each message readable by itself can go on with another backend. */
  private void narrow(HttpHeaders headers) {
    MigrationPolicy moves = service().migration();
    String offer = moves != null && moves.compression() ? Journey.extensions(headers) : "";
    String narrowed = DeflateTerms.narrow(offer);
    if (narrowed == null) {
      headers.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    } else {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, narrowed);
    }
  }

  /** How long an answer may take, in nanoseconds; 0 for ever. */
  long patience() {
    return (handshake ? service().timeouts().handshake() : service().timeouts().response())
        .toNanos();
  }

  /**
   * After how long one asks whether the backend answers anybody, in nanoseconds; 0 for never. Plain
   * requests may take long for good reasons.
   */
  long silence() {
    long silence = service().ejection().silence().toNanos();
    return handshake && (patience() == 0 || silence < patience()) ? silence : 0;
  }

  /** Whether a 101 was asked for and accepts what was asked. */
  boolean isRightSwitch(HttpResponse head) {
    return handshake
        && HandshakeAnswer.isRight(head.headers(), HandshakeCheck.accept(request.head()));
  }

  private Service service() {
    return target.balancer().service();
  }
}
