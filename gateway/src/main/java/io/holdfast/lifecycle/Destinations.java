package io.holdfast.lifecycle;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Choice;
import io.holdfast.balance.Choice.Reason;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.balance.Wish;
import io.holdfast.relay.Resume;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a relay may move.
 *
 * @param planned whether its backend is still there, so that it need not go anywhere
 */
record Destinations(Balancer balancer, Wish wish, boolean planned) {
  static Destinations of(Passenger.Way way, Passenger passenger, Resume resume) {
    return new Destinations(way.balancer(), passenger.wish(), resume == Resume.PLANNED);
  }

  /**
   * Takes a place.
   *
   * @param without backends that it must not go to
   * @param kind {@code MOVE} when it is to be dialled later
   * @return null when there is none
   */
  @Nullable Lease choose(Set<LiveBackend> without, Lease.Kind kind) {
    Choice choice = balancer.choose(wish, without, kind);
    Lease lease = usable(choice, kind);
    boolean broken = choice instanceof Choice.None none && none.why() == Reason.BROKEN_PROMISE;
    Wish free = wish.unpromised();
    if (lease == null && wish.promised() != null && !broken) {
      // What was promised to its client is not to be had, and binds no relay that lives elsewhere.
      choice = balancer.choose(free, without, kind);
      lease = usable(choice, kind);
    }
    Set<LiveBackend> passed = new HashSet<>(without);
    while (lease == null && choice instanceof Lease bad && passed.add(bad.live())) {
      choice = balancer.choose(free, passed, kind);
      lease = usable(choice, kind);
    }
    return lease != null || planned ? lease : balancer.refuge(without, kind);
  }

  /**
   * The place, if it is a good one: a move is no better off with a backend that is taken for
   * broken, and what is dialled later only keeps others from trying one.
   */
  private static @Nullable Lease usable(Choice choice, Lease.Kind kind) {
    if (!(choice instanceof Lease lease)) {
      return null;
    }
    if (lease.chosenIn() == State.UP || (lease.tries() && kind == Lease.Kind.HANDSHAKE)) {
      return lease;
    }
    lease.close();
    return null;
  }
}
