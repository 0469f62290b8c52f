package io.holdfast.control;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration with errors; the message has all of them, a line each. */
public final class ConfigRejected extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ReloadOutcome.Problem> problems;

  /** All that is wrong, at least one thing. */
  public ConfigRejected(List<ReloadOutcome.Problem> problems) {
    super(
        problems.stream()
            .map(ReloadOutcome.Problem::sentence)
            .collect(Collectors.joining(System.lineSeparator())));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong. */
  public List<ReloadOutcome.Problem> problems() {
    return problems;
  }
}
