package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.upstream.UpstreamFailure;
import java.util.Locale;

/**
 * What the answers to one request, and their absence, say of the backends that were tried.
 *
 * @param handshake whether a WebSocket was asked for
 */
record Verdicts(Shared shared, Routing.Target target, boolean handshake) {

  /** A backend has answered, whether or not its client gets that. */
  void count(Lease lease, int status) {
    if (handshake) {
      lease.live().tally().handshake(status == 101);
    }
  }

  /** An answer that its client gets. */
  void answered(Lease lease, int status) {
    if (status < 500) {
      shared.ejections().succeeded(lease);
    } else if (handshake && !unavailable(status)) {
      shared.ejections().refused(target.balancer(), lease, "answered " + status);
    }
  }

  /** Whether an answer says that the backend cannot serve now, where another might. */
  boolean unavailable(int status) {
    return handshake && status >= 502 && status <= 504;
  }

  /** An attempt has failed. */
  void failed(Lease lease, UpstreamFailure failure) {
    LiveBackend live = lease.live();
    String reason = reason(failure);
    shared.meters().backendFailure(target.balancer().service().name(), live.address(), reason);
    String why = reason + ", " + failure.detail();
    if (failure.kind().unsent()) {
      shared.ejections().unreached(target.balancer(), lease, why);
    } else if (handshake) {
      // An answer to a plain request may take long for reasons of its own.
      shared.ejections().refused(target.balancer(), lease, why);
    }
    if (handshake && failure.kind() != UpstreamFailure.Kind.UNAVAILABLE) {
      live.tally().handshake(false);
    }
    Failures.report(live, failure);
  }

  /** Why, as metrics have it. */
  static String reason(UpstreamFailure failure) {
    return failure.kind().name().toLowerCase(Locale.ROOT);
  }
}
