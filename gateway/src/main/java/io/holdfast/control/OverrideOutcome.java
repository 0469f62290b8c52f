package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import java.util.List;

/**
 * What became of an operator's word.
 *
 * @param backends that it was said of; none when no service has such a backend
 */
public record OverrideOutcome(List<Said> backends) {

  public OverrideOutcome {
    backends = List.copyOf(backends);
  }

  static OverrideOutcome of(List<LiveBackend> backends) {
    return new OverrideOutcome(
        backends.stream().map(b -> new Said(b.service(), b.address(), b.state().word())).toList());
  }

  /**
   * One backend that it was said of.
   *
   * @param service that it is of
   * @param address scheme, host and port
   * @param state that it has now
   */
  public record Said(String service, String address, String state) {}
}
