package io.holdfast.model;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How new work is spread over a service's backends.
 *
 * @param algorithm chooses one
 * @param key what {@link Balance#CONSISTENT_HASH} and {@link Balance#IP_HASH} go by; null for the
 *     others
 * @param slowStart how long a new or recovered backend takes to get its full share, where loads are
 *     compared; zero for at once
 * @param reports how backends tell their load for {@link Balance#LEAST_REPORTED}; null for the
 *     others
 * @param groups shares of traffic by group; empty when groups do not matter
 */
public record BalancePolicy(
    Balance algorithm,
    @Nullable ClientKey key,
    Duration slowStart,
    @Nullable LoadReports reports,
    Map<String, Integer> groups) {

  public BalancePolicy {
    groups = Map.copyOf(groups);
  }

  /** The same with other shares. */
  public BalancePolicy withGroups(Map<String, Integer> shares) {
    return new BalancePolicy(algorithm, key, slowStart, reports, shares);
  }
}
