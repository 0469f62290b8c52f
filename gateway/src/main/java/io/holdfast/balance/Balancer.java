package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.ClientKey;
import io.holdfast.model.CookieAffinity;
import io.holdfast.model.Panic;
import io.holdfast.model.Service;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Chooses among the backends of one service as it is configured now. Thread-safe. */
public final class Balancer {
  private final Service service;
  private final List<Candidate> candidates;

  /** Those that may be chosen for a new client. */
  private final List<Candidate> takers;

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
    this.candidates = live.candidates(service);
    BalancePolicy policy = service.balance();
    this.takers = candidates.stream().filter(c -> takesWork(c.backend(), policy)).toList();
    this.algorithm =
        policy.groups().isEmpty()
            ? Algorithm.of(policy.algorithm(), new Candidates(takers, policy.slowStart()))
            : new Groups(policy, takers);
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

  /** What of a request is hashed; null when the algorithm goes by no key. */
  public @Nullable ClientKey key() {
    return service.balance().key();
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
   * @param key of the client, for algorithms that go by one: see {@link #hash}
   * @return null when nobody is left
   */
  public @Nullable Lease choose(
      @Nullable Long promised, Set<LiveBackend> without, Lease.Kind kind, long key) {
    Candidate chosen = promised == null ? null : byId(promised, without);
    if (chosen == null) {
      chosen = byAlgorithm(without, key);
    }
    if (chosen == null && service.panic() == Panic.TRY_ALL) {
      chosen = inPanic(without);
    }
    return chosen == null ? null : new Lease(chosen.live(), chosen.backend(), kind);
  }

  /** By the algorithm, but past those that others are trying already. */
  private @Nullable Candidate byAlgorithm(Set<LiveBackend> without, long key) {
    Set<LiveBackend> passed = without;
    while (true) {
      Candidate chosen = algorithm.choose(passed, key);
      if (chosen == null || chosen.live().mayBeTried()) {
        return chosen;
      }
      passed = new HashSet<>(passed);
      passed.add(chosen.live());
    }
  }

  /** Any that no operator has taken out. */
  private @Nullable Candidate inPanic(Set<LiveBackend> without) {
    List<Candidate> left = takers.stream().filter(c -> mayBeLast(c, without)).toList();
    return left.isEmpty() ? null : left.get(ThreadLocalRandom.current().nextInt(left.size()));
  }

  private static boolean mayBeLast(Candidate candidate, Set<LiveBackend> without) {
    return candidate.live().standing().override() == Standing.Word.NONE
        && !without.contains(candidate.live());
  }

  /** Calls {@code action} with each backend. */
  public void forEach(BiConsumer<LiveBackend, Backend> action) {
    candidates.forEach(c -> action.accept(c.live(), c.backend()));
  }

  /**
   * The hash to choose by.
   *
   * @param key null when the request has none: then any
   */
  public static long hash(@Nullable String key) {
    return key == null ? ThreadLocalRandom.current().nextLong() : Maglev.hash(key);
  }

  /** Whether a backend that takes work is not in {@code tried}. */
  public boolean hasOther(Set<LiveBackend> tried) {
    return takers.stream()
        .anyMatch(c ->
            (c.live().takesWork() && !tried.contains(c.live()))
                || (service.panic() == Panic.TRY_ALL && mayBeLast(c, tried)));
  }

  private static boolean takesWork(Backend backend, BalancePolicy policy) {
    return backend.weight() > 0
        && (policy.groups().isEmpty() || policy.groups().getOrDefault(backend.group(), 0) > 0);
  }

  private @Nullable Candidate byId(long id, Set<LiveBackend> without) {
    for (Candidate candidate : candidates) {
      LiveBackend live = candidate.live();
      if (live.id() == id) {
        return live.takesWork() && !without.contains(live) && live.mayBeTried() ? candidate : null;
      }
    }
    return null;
  }

  /** Live state of all configured backends, in the order of the configuration. */
  public List<LiveBackend> live() {
    return candidates.stream().map(Candidate::live).toList();
  }
}
