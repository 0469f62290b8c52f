package io.holdfast.control;

import io.holdfast.lifecycle.deploy.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a deploy stands, or has ended.
 *
 * @param id 1 for the first, then one more each time; over restarts where there is a state folder
 * @param service whose groups they are
 * @param group that is to have all clients
 * @param others that have them before, and again after a rollback
 * @param before shares of all groups before
 * @param file shares of all groups by the file when it began; null in what an older version has
 *     kept
 * @param phase starting, waiting, smoking, baking, draining, stopping, rolling_back; at the end
 *     done or rolled_back
 * @param detail how the phase stands, for people; may be empty
 * @param why it was rolled back; null when it was not
 * @param since when it began
 * @param until when it ended; null while it runs
 * @param log what has happened, oldest first
 */
public record DeployStatus(
    long id,
    String service,
    String group,
    List<String> others,
    Map<String, Integer> before,
    @Nullable Map<String, Integer> file,
    String phase,
    String detail,
    @Nullable String why,
    Instant since,
    @Nullable Instant until,
    List<Line> log) {
  /** How a line begins that tells of a step. */
  static final String STEP = "step ";

  public DeployStatus {
    others = List.copyOf(others);
    before = Map.copyOf(before);
    file = file == null ? null : Map.copyOf(file);
    log = List.copyOf(log);
  }

  /** One thing that has happened, for people. */
  public record Line(Instant at, String text) {}

  /** Whether the new group has all clients already, so that it is not rolled back any more. */
  boolean stopping() {
    return phase.equals(new Phase.Stopping().word());
  }

  /** Whether the new group may have got clients: a step has begun. */
  boolean served() {
    return log.stream().anyMatch(line -> line.text().startsWith(STEP));
  }

  /** Whether it has ended. */
  public boolean over() {
    return until != null;
  }
}
