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
    this.candidates =
        service.backends().stream().map(b -> new Candidate(live.of(service.name(), b), b)).toList();
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

  /** Backends that {@code before} did not have are new, and get their share by and by. */
  public void startSlowly(Balancer before) {
    Set<LiveBackend> known = Set.copyOf(before.live());
    live().stream()
        .filter(live -> !known.contains(live))
        .forEach(live -> live.startSlowly(System.nanoTime()));
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
    Candidate back = promised == null ? null : byId(promised);
    if (back != null && mayReturn(back.live()) && !without.contains(back.live())) {
      Lease lease = lease(back, kind);
      if (lease != null) {
        return lease;
      }
    }
    Lease chosen = byAlgorithm(without, kind, key);
    return chosen == null && inPanic() ? anyOf(back, without, kind, key) : chosen;
  }

  /** A place there; null when somebody else is trying it just now. */
  private static @Nullable Lease lease(Candidate candidate, Lease.Kind kind) {
    boolean trial = candidate.live().state() == State.TRIAL;
    return trial && !candidate.live().takeTrial()
        ? null
        : new Lease(candidate.live(), candidate.backend(), kind, trial);
  }

  /** By the algorithm, but past those that others are trying already. */
  private @Nullable Lease byAlgorithm(Set<LiveBackend> without, Lease.Kind kind, long key) {
    Set<LiveBackend> passed = without;
    while (true) {
      Candidate chosen = algorithm.choose(passed, key);
      Lease lease = chosen == null ? null : lease(chosen, kind);
      if (chosen == null || lease != null) {
        return lease;
      }
      passed = new HashSet<>(passed);
      passed.add(chosen.live());
    }
  }

  /** Whether no backend takes work, and all are to be tried then. */
  private boolean inPanic() {
    return service.panic() == Panic.TRY_ALL && takers.stream().noneMatch(c -> c.live().takesWork());
  }

  /** Any that no operator has taken out: the promised one, or the key's, or one by chance. */
  private @Nullable Lease anyOf(
      @Nullable Candidate promised, Set<LiveBackend> without, Lease.Kind kind, long key) {
    List<Candidate> left = takers.stream().filter(c -> mayBeLast(c, without)).toList();
    if (left.isEmpty()) {
      return null;
    }
    long draw = key() == null ? ThreadLocalRandom.current().nextLong() : key;
    Candidate chosen =
        promised != null && mayBeLast(promised, without)
            ? promised
            : left.get((int) Long.remainderUnsigned(draw, left.size()));
    return new Lease(chosen.live(), chosen.backend(), kind, false);
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

  /** Whether another backend than those in {@code tried} may be chosen. */
  public boolean hasOther(Set<LiveBackend> tried) {
    boolean panic = inPanic();
    return takers.stream()
        .anyMatch(
            c -> panic ? mayBeLast(c, tried) : c.live().takesWork() && !tried.contains(c.live()));
  }

  /** The backends that new clients may go to when they are up. */
  public List<LiveBackend> takers() {
    return takers.stream().map(Candidate::live).toList();
  }

  private static boolean takesWork(Backend backend, BalancePolicy policy) {
    return backend.weight() > 0
        && (policy.groups().isEmpty() || policy.groups().getOrDefault(backend.group(), 0) > 0);
  }

  private @Nullable Candidate byId(long id) {
    for (Candidate candidate : candidates) {
      if (candidate.live().id() == id) {
        return candidate;
      }
    }
    return null;
  }

  /** Whether a client that was promised a backend may have it. */
  private static boolean mayReturn(LiveBackend live) {
    return live.takesWork() || live.standing().override() == Standing.Word.SOFT_DRAIN;
  }

  /** Live state of all configured backends, in the order of the configuration. */
  public List<LiveBackend> live() {
    return candidates.stream().map(Candidate::live).toList();
  }
}
