package io.holdfast.listen;

import io.holdfast.balance.Choice;
import io.holdfast.balance.LiveBackend;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.Service;
import io.holdfast.observe.EndedBy;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told when no backend could serve it, and what the log is. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Why there is no backend to try. */
  static UpstreamFailure of(Choice.None none) {
    return switch (none.why()) {
      case NOBODY -> new UpstreamFailure(Kind.UNAVAILABLE, "no backend takes work");
      case FULL -> full();
      case BROKEN_PROMISE ->
          new UpstreamFailure(Kind.BROKEN_PROMISE, "the promised backend takes no work");
    };
  }

  /** There is no place. */
  static UpstreamFailure full() {
    return new UpstreamFailure(Kind.FULL, "no place at a backend");
  }

  /** A handshake's turn would have been too late. */
  static UpstreamFailure paced() {
    return new UpstreamFailure(Kind.PACED, "too many handshakes at once");
  }

  /** What a client of {@code service} is told. */
  static Refusal refusal(UpstreamFailure failure, Service service) {
    if (failure.kind() == Kind.PACED) {
      return Refusal.of(
          503, "storm", "Too many connect at the moment.", "retry-after", later(service));
    }
    int status = failure.kind().status();
    return switch (status) {
      case 408 -> Refusal.of(408, "body_timeout", "The request's body took too long.");
      case 504 -> Refusal.of(504, "backend_timeout", "The service did not answer in time.");
      case 503 ->
          Refusal.of(
              503,
              "unavailable",
              "The service is not available now.",
              "retry-after",
              later(service));
      default -> Refusal.of(502, "bad_gateway", "The service could not be reached.");
    };
  }

  /** Seconds, at random: those that are turned away together must not come back together. */
  private static String later(Service service) {
    HandshakePacing pacing = service.handshakes();
    boolean paced = pacing.rate() > 0 || pacing.perBackend() > 0;
    long most = paced ? Math.max(1, pacing.retryAfter().toSeconds()) : 1;
    return Long.toString(ThreadLocalRandom.current().nextLong(1, most + 1));
  }

  /** Who ended what failed so. */
  static EndedBy endedBy(UpstreamFailure failure) {
    return failure.kind() == Kind.REQUEST_TIMEOUT ? EndedBy.CLIENT : EndedBy.BACKEND;
  }

  /** As {@link #report}, of a move to {@code backend} that did not come about. */
  static void reportMove(LiveBackend backend, String why) {
    if (backend.mayReport()) {
      LOG.warn(
          "service {}: a relay could not move to backend {}: {}",
          backend.service(),
          backend.address(),
          why);
    }
  }

  /**
   * Logs it, unless that was done for the same backend just before: under load, one line says it.
   */
  static void report(LiveBackend backend, UpstreamFailure failure) {
    if (backend.mayReport()) {
      LOG.warn(
          "service {}: backend {} failed: {} ({})",
          backend.service(),
          backend.address(),
          failure.kind().name().toLowerCase(Locale.ROOT),
          failure.detail());
    }
  }
}
