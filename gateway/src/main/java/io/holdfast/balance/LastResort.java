package io.holdfast.balance;

import io.holdfast.model.Panic;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Who is tried when no backend takes work: a probe that is wrong must not end a service. */
final class LastResort {
  private final Panic policy;
  private final List<Candidate> takers;

  LastResort(Panic policy, List<Candidate> takers) {
    this.policy = policy;
    this.takers = takers;
  }

  /** Whether no backend is up, and all are to be tried then: one in trial serves but one client. */
  boolean isOn() {
    return policy == Panic.TRY_ALL && takers.stream().noneMatch(c -> c.live().state() == State.UP);
  }

  /** Whether no operator has taken it out, and it was not tried. */
  static boolean mayBe(Candidate candidate, Set<LiveBackend> without) {
    return candidate.live().standing().override() == Standing.Word.NONE
        && !without.contains(candidate.live());
  }

  /**
   * The promised one, or the key's, or one by chance.
   *
   * @param key a hash; null for none
   */
  @Nullable Lease choose(
      @Nullable LiveBackend promised,
      @Nullable Long key,
      Set<LiveBackend> without,
      Lease.Kind kind) {
    List<Candidate> left =
        takers.stream().filter(c -> mayBe(c, without) && !c.live().isFull(kind)).toList();
    if (left.isEmpty()) {
      return null;
    }
    long draw = key == null ? ThreadLocalRandom.current().nextLong() : key;
    Candidate chosen =
        left.stream()
            .filter(c -> c.live() == promised)
            .findFirst()
            .orElse(left.get((int) Long.remainderUnsigned(draw, left.size())));
    return chosen.live().places().take(kind)
        ? new Lease(chosen.live(), chosen.backend(), kind, false)
        : null;
  }
}
