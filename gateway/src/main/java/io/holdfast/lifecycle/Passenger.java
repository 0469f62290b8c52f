package io.holdfast.lifecycle;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Wish;
import io.holdfast.model.Backend;
import io.holdfast.relay.Resume;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.Upstream;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a move must know of a relay, and whom it tells. On the relay's event loop. */
public interface Passenger {
  /**
   * Where its relay may go.
   *
   * @param balancer of its service as it is configured now
   * @param upstream how its backends are connected to
   * @param connector of its event loop
   * @param timeout for a backend to be connected to, and to answer
   */
  record Way(Balancer balancer, Upstream upstream, Connector connector, Duration timeout) {}

  /** Where it may go; null when its route is gone, or it cannot be moved. */
  @Nullable Way way();

  /** The backend that it has. */
  LiveBackend backend();

  /** What is asked of a choice. */
  Wish wish();

  /** Its client's handshake, as a backend is to get it. */
  HttpRequest headFor(Backend backend, Resume resume);

  /** Whether a 101 is the right answer to that. */
  boolean accepts(HttpResponse answer);

  /** Whether it is on the terms that its client has. */
  boolean agrees(HttpResponse answer);

  /** A backend has answered. */
  void onAnswer(Lease lease, int status);

  /** A backend has answered well, but not on the terms that the client has. */
  void onOtherTerms(Lease lease, HttpResponse answer);

  /** A backend could not be used. */
  void onFailure(Lease lease, UpstreamFailure failure);

  /** Its relay is at another backend from here on. */
  void onCommitted(Resume resume, Lease lease);

  /** A backend has agreed to the handshake, and was gone before the relay could move there. */
  void onUnfit(Lease at);

  /**
   * A move is over.
   *
   * @param outcome in one word, such as {@code moved}
   */
  void onOver(Resume resume, String outcome, long settleNanos, long stallNanos);
}
