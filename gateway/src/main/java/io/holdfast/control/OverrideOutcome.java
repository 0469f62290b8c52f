package io.holdfast.control;

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

  /**
   * One backend that it was said of.
   *
   * @param service that it is of
   * @param address scheme, host and port
   * @param state that it has now
   */
  public record Said(String service, String address, String state) {}
}
