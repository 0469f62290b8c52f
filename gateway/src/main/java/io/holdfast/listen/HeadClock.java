package io.holdfast.listen;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a client has for its next request: to begin one, and to end its head. No sign of
 * life prolongs it, so that a head that drips in is bounded too.
 */
final class HeadClock {
  private final ClientConnection client;
  private final Origin origin;
  private @Nullable Future<?> timer;

  HeadClock(ClientConnection client, Origin origin) {
    this.client = client;
    this.origin = origin;
  }

  /** The connection was accepted: its first head must end in time. */
  void awaitHead() {
    start(client.limits().headTimeout().toNanos());
  }

  /** An answer was complete: the next request must begin in time. */
  void awaitRequest() {
    start(client.limits().keepAliveTimeout().toNanos());
  }

  /** A request has begun. The time of the first one began with the connection. */
  void onFirstByte() {
    if (origin.hasSpoken()) {
      awaitHead();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void start(long nanos) {
    stop();
    if (nanos > 0) {
      timer = client.channel().eventLoop().schedule(this::onTimeout, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void onTimeout() {
    Shared shared = client.shared();
    if (client.decoder().begun()) {
      shared.meters().badRequest("head_timeout");
      Refusal refusal = Refusal.of(408, "head_timeout", "The request's head took too long.");
      shared.accessLog().write(origin.unheard(refusal));
      client.encoder().answering(HttpMethod.GET); // unless it is known, an answer has a body
      client.channel().write(Answers.of(refusal, null, "", false));
    } else if (!origin.hasSpoken()) {
      shared.meters().badRequest("silent");
    }
    client.close();
  }
}
