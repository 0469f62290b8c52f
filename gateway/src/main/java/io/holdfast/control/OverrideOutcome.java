package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import java.util.List;

/**
 * What became of an operator's word.
 *
 * @param backends that it was said of; none when no service has such a backend
 * @param warnings what the operator may not expect, in sentences
 */
public record OverrideOutcome(List<Said> backends, List<String> warnings) {

  public OverrideOutcome {
    backends = List.copyOf(backends);
    warnings = List.copyOf(warnings);
  }

  static OverrideOutcome of(List<LiveBackend> backends, List<String> warnings) {
    return new OverrideOutcome(
        backends.stream().map(b -> new Said(b.service(), b.address(), b.state().word())).toList(),
        warnings);
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
