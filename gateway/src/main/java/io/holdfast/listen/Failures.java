package io.holdfast.listen;

import io.holdfast.upstream.UpstreamFailure;

/** What a client is told when no backend could serve it. */
final class Failures {
  private Failures() {}

  static Refusal refusal(UpstreamFailure failure) {
    int status = failure.kind().status();
    return switch (status) {
      case 504 -> Refusal.of(504, "backend_timeout", "The service did not answer in time.");
      case 503 ->
          Refusal.of(503, "unavailable", "The service is not available now.", "retry-after", "1");
      default -> Refusal.of(502, "bad_gateway", "The service could not be reached.");
    };
  }
}
