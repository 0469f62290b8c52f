package io.holdfast.listen;

import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import io.holdfast.upstream.BackendRequest;
import io.holdfast.upstream.HandshakeAnswer;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;

/**
 * What a request asks of any backend, and how long that may take.
 *
 * @param handshake whether for a WebSocket
 */
record Ask(Request request, Routing.Target target, boolean handshake) {

  /** What is sent to {@code backend}. */
  HttpRequest headFor(Backend backend) {
    return BackendRequest.of(
        request.head(),
        request.from(),
        request.id(),
        target.route(),
        service().host(),
        backend,
        handshake);
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
