package io.holdfast.balance;

import io.holdfast.model.CookieAffinity;
import io.holdfast.model.Service;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses among the backends of one service as it is configured now. Thread-safe. */
public final class Balancer {
  private final Service service;
  private final List<Candidate> candidates;
  private final Algorithm algorithm;
  private final RetryBudget retryBudget;
  private final @Nullable AffinityCookie cookie;

  /**
   * Compiles {@code service}.
   *
   * @param processSecret signs the cookies of services without a secret of their own
   */
  public Balancer(Service service, LiveBackends live, String processSecret) {
    this.service = service;
    this.candidates =
        service.backends().stream().map(b -> new Candidate(live.of(service.name(), b), b)).toList();
    this.algorithm = Algorithm.of(service.balance(), candidates);
    this.retryBudget = new RetryBudget(service.retries());
    CookieAffinity affinity = service.affinity();
    this.cookie =
        affinity == null ? null : new AffinityCookie(service.name(), affinity, processSecret);
  }

  /** The configuration behind it. */
  public Service service() {
    return service;
  }

  /** How much may be tried again. */
  public RetryBudget retryBudget() {
    return retryBudget;
  }

  /** The cookie that keeps promises; null for none. */
  public @Nullable AffinityCookie cookie() {
    return cookie;
  }

  /**
   * Takes a place.
   *
   * @param promised id of the backend that a cookie promised; null for none
   * @param without backends that were tried already
   * @return null when nobody is left
   */
  public @Nullable Lease choose(
      @Nullable Long promised, Set<LiveBackend> without, Lease.Kind kind) {
    Candidate chosen = promised == null ? null : byId(promised, without);
    if (chosen == null) {
      chosen = algorithm.choose(without);
    }
    return chosen == null ? null : new Lease(chosen.live(), chosen.backend(), kind);
  }

  /** Whether a backend that takes work is not in {@code tried}. */
  public boolean hasOther(Set<LiveBackend> tried) {
    return candidates.stream().anyMatch(c -> c.weight() > 0 && !tried.contains(c.live()));
  }

  private @Nullable Candidate byId(long id, Set<LiveBackend> without) {
    for (Candidate candidate : candidates) {
      if (candidate.live().id() == id && !without.contains(candidate.live())) {
        return candidate;
      }
    }
    return null;
  }

  /** Live state of all configured backends, in the order of the configuration. */
  public List<LiveBackend> live() {
    return candidates.stream().map(Candidate::live).toList();
  }
}
