package io.holdfast.relay;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What becomes of moves, written down; and policies for them. */
final class Moves implements MoveOutcome {
  static final Duration QUIET = Duration.ofMillis(250);
  static final Duration AT_MOST = Duration.ofSeconds(2);
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  boolean committed;
  boolean moved;
  boolean settled;

  /** From when the client was held to when it was let go, in nanoseconds. */
  long stall;

  @Nullable Failure failure;

  static MigrationPolicy policy(Busy busy) {
    return policy(busy, 0, 0);
  }

  static MigrationPolicy policy(Busy busy, int clientMessages, int swallowAnswers) {
    return policy(busy, clientMessages, swallowAnswers, 256 * 1024);
  }

  static MigrationPolicy policy(Busy busy, int clientMessages, int swallowAnswers, int holdBuffer) {
    return new MigrationPolicy(
        QUIET,
        AT_MOST,
        busy,
        clientMessages,
        swallowAnswers,
        Set.of(1001, 1012),
        true,
        holdBuffer,
        TIMEOUT,
        true);
  }

  boolean over() {
    return moved || failure != null;
  }

  @Override
  public void onCommitted() {
    committed = true;
  }

  @Override
  public void onMoved(long settleNanos, long stallNanos, boolean wasSettled) {
    if (over()) {
      throw new AssertionError("told twice");
    }
    moved = true;
    settled = wasSettled;
    stall = stallNanos;
  }

  @Override
  public void onFailed(Failure why) {
    if (over()) {
      throw new AssertionError("told twice");
    }
    failure = why;
  }
}
