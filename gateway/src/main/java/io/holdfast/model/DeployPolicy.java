package io.holdfast.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a service goes from one of its groups to another.
 *
 * @param steps shares of the new clients that the new group gets, one after the other, above 0 and
 *     growing; the last is 1
 * @param bake how long each step is watched
 * @param smoke what each backend of the new group must pass first; null for nothing
 * @param timeout for each command, and until the new group is well
 * @param verify when the new group is worse than the others
 * @param commands by group
 */
public record DeployPolicy(
    List<Double> steps,
    Duration bake,
    @Nullable Smoke smoke,
    Duration timeout,
    Verify verify,
    Map<String, Commands> commands) {

  public DeployPolicy {
    steps = List.copyOf(steps);
    commands = Map.copyOf(commands);
  }

  /**
   * When a group is worse than the others.
   *
   * @param minSamples handshakes that the group must have had before it is judged; 0 judges at once
   * @param handshakeFailures by how much its share of handshakes that fail may be above the others'
   * @param abnormalCloses the same for relays that it breaks off
   * @param pingTime how many times the others' its Pongs may take; 0 is no limit
   */
  public record Verify(
      int minSamples, double handshakeFailures, double abnormalCloses, double pingTime) {}

  /**
   * What starts and stops a group; null for nothing.
   *
   * @param start for the shell
   * @param stop for the shell
   */
  public record Commands(@Nullable String start, @Nullable String stop) {
    /** None. */
    public static final Commands NONE = new Commands(null, null);
  }

  /**
   * What a backend must pass before it gets clients.
   *
   * @param check what is said
   * @param timeout for all of it, once
   * @param connections that say it at the same time
   * @param rounds how often each says it
   */
  public record Smoke(Probe.WebSocket check, Duration timeout, int connections, int rounds) {}

  /** What {@code group} is started and stopped by. */
  public Commands commands(String group) {
    return commands.getOrDefault(group, Commands.NONE);
  }
}
