package io.holdfast.control;

import io.holdfast.lifecycle.Progress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a drain has come.
 *
 * @param id 1 for the first of this process, then one more each time
 * @param service whose policy it follows; empty when the gateway itself drains
 * @param backend that is drained; null for a group, a route, a rebalancing or the gateway
 * @param group that is drained; null for others
 * @param why such as {@code backend drains}
 * @param state in one word: running, done or stopped
 * @param since when it began
 * @param found relays that there were
 * @param moved relays that went to another backend
 * @param ended relays that got a Close
 * @param gone relays that ended by themselves meanwhile
 * @param left relays that stay: never silent ({@code busy: leave}), spared by a later word, or,
 *     where nobody is to be ended (rebalancings, unhealthy backends), immovable or not moved
 * @param toGo relays that are still to be moved or ended
 * @param failedMoves moves that failed; such a relay is tried again until the deadline
 * @param failures the same by why, such as {@code refused}
 * @param secondsToGo until its pace is through, or, while moves fail, until the deadline
 */
public record DrainStatus(
    long id,
    String service,
    @Nullable String backend,
    @Nullable String group,
    String why,
    String state,
    Instant since,
    int found,
    int moved,
    int ended,
    int gone,
    int left,
    int toGo,
    int failedMoves,
    Map<String, Integer> failures,
    double secondsToGo) {

  public DrainStatus {
    failures = failures == null ? Map.of() : Map.copyOf(failures);
  }

  /** Why moves failed, as {@link Progress#inWords}. */
  public String failuresInWords() {
    return Progress.inWords(failures);
  }
}
