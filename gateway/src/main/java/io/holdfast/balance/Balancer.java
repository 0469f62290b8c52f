package io.holdfast.balance;

import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.model.ClientKey;
import io.holdfast.model.CookieAffinity;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.HashAffinity;
import io.holdfast.model.Service;
import io.holdfast.model.TableAffinity;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses among the backends of one service as it is configured now. Thread-safe. */
public final class Balancer {
  private final Service service;
  private final List<Candidate> candidates;

  /** Those that may be chosen for a new client. */
  private final List<Candidate> takers;

  private final Algorithm algorithm;
  private final LastResort lastResort;
  private final RetryBudget retryBudget;
  private final WaitingRoom room;
  private final Turns turns;
  private final @Nullable AffinityCookie cookie;
  private final @Nullable PromiseTable promises;

  /** Where keys of {@code hash} affinity lead; null for other kinds. */
  private final @Nullable Algorithm homes;

  /**
   * Compiles {@code service}.
   *
   * @param processSecret signs the cookies of services without a secret of their own
   */
  public Balancer(Service service, LiveBackends live, String processSecret) {
    this(service, live, processSecret, null);
  }

  /** The same in the place of {@code before}, whose retries count on. */
  public Balancer(
      Service service, LiveBackends live, String processSecret, @Nullable Balancer before) {
    this.service = service;
    this.candidates =
        service.backends().stream().map(b -> new Candidate(live.of(service.name(), b), b)).toList();
    BalancePolicy policy = service.balance();
    this.takers = candidates.stream().filter(c -> takesWork(c.backend(), policy)).toList();
    this.algorithm = Algorithm.of(policy, takers);
    this.lastResort = new LastResort(service.panic(), takers);
    this.retryBudget =
        before != null && before.service.retries().equals(service.retries())
            ? before.retryBudget
            : new RetryBudget(service.retries());
    this.room = live.room(service.name());
    this.turns = live.turns(service.name());
    AffinityPolicy.Kind kind = service.affinity() == null ? null : service.affinity().kind();
    this.cookie =
        kind instanceof CookieAffinity by
            ? new AffinityCookie(service.name(), by, processSecret)
            : null;
    this.promises = kind instanceof TableAffinity by ? live.promises(service.name(), by) : null;
    this.homes =
        kind instanceof HashAffinity by
            ? Algorithm.of(
                new BalancePolicy(
                    Balance.CONSISTENT_HASH, by.key(), policy.slowStart(), null, policy.groups()),
                takers)
            : null;
  }

  /** Has its limits hold from now on, and who waits already choose among its backends. */
  public void enforce() {
    room.giveBy(this::give);
    live().forEach(live -> live.places().limit(service.capacity()));
    if (promises != null
        && service.affinity() != null
        && service.affinity().kind() instanceof TableAffinity by) {
      promises.change(by);
    }
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

  /** The table that keeps promises; null for none. */
  public @Nullable PromiseTable promises() {
    return promises;
  }

  /**
   * Takes a place.
   *
   * @param wish what the request asks for
   * @param without backends that were tried already
   */
  public Choice choose(Wish wish, Set<LiveBackend> without, Lease.Kind kind) {
    Candidate back = promised(wish);
    if (back != null) {
      LiveBackend live = back.live();
      boolean open = mayReturn(live) && !without.contains(live);
      Lease lease = open ? Lease.at(back, kind) : null;
      if (lease != null) {
        return lease;
      }
      boolean full = open && live.isFull(kind);
      if (full && service.capacity().whenFull() != WhenFull.NEXT) {
        return new Choice.None(Choice.Reason.FULL, live);
      }
      if (!full && mustReturn(live)) {
        return new Choice.None(Choice.Reason.BROKEN_PROMISE, null);
      }
    }
    Lease chosen = byAlgorithm(wish, without, kind);
    if (chosen == null && lastResort.isOn()) {
      LiveBackend promised = back == null ? null : back.live();
      chosen = lastResort.choose(promised, key() == null ? null : wish.key(), without, kind);
    }
    if (chosen != null) {
      return chosen;
    }
    boolean full =
        takers.stream()
            .map(Candidate::live)
            .anyMatch(live -> live.takesWork() && live.isFull(kind) && !without.contains(live));
    return new Choice.None(full ? Choice.Reason.FULL : Choice.Reason.NOBODY, null);
  }

  /**
   * Takes a handshake's turn into the service.
   *
   * @return nanoseconds to wait; negative when that would be too long, and no turn is taken
   */
  public long turn() {
    HandshakePacing by = service.handshakes();
    return by.rate() == 0 ? 0 : turns.take(by.rate(), by.queueTimeout().toNanos());
  }

  /** Where the turns of handshakes with the service are waited for. */
  public Turns turns() {
    return turns;
  }

  /** The same at the backend of a place, which counts as no pending handshake while it waits. */
  public long turn(Lease place) {
    long wait = place.live().turn(service.handshakes());
    if (wait > 0) {
      place.await();
    }
    return wait;
  }

  /**
   * Takes a place at a backend that gets no new clients any more, but is well: one that drains. For
   * who has lost its own backend, and finds no other.
   */
  public @Nullable Lease refuge(Set<LiveBackend> without, Lease.Kind kind) {
    List<Candidate> left =
        candidates.stream()
            .filter(c -> c.backend().weight() > 0)
            .filter(c -> c.live().standing().isRefuge() && !without.contains(c.live()))
            .sorted(Comparator.comparingDouble(c -> (double) c.live().load() / c.weight()))
            .toList();
    for (Candidate candidate : left) {
      Lease lease = Lease.at(candidate, kind);
      if (lease != null) {
        return lease;
      }
    }
    return null;
  }

  /** Whether one waits for a place that there is not. */
  public boolean queues(Choice.None none) {
    return none.why() == Choice.Reason.FULL && service.capacity().whenFull() == WhenFull.QUEUE;
  }

  /**
   * Waits for a place.
   *
   * @param none what choosing has answered
   * @param onPlace hears of it once, in any thread; not after {@link Waiting#leave} was true
   */
  public Waiting await(Choice.None none, Lease.Kind kind, Consumer<Lease> onPlace) {
    return room.enter(none.at(), kind, onPlace);
  }

  /** As {@link WaitingRoom.Giver#give}. */
  private @Nullable Lease give(@Nullable LiveBackend only, LiveBackend at, Lease.Kind kind) {
    boolean bound = only != null && candidates.stream().anyMatch(c -> c.live() == only);
    if (bound && only != at) {
      return null;
    }
    return (bound ? candidates : takers)
        .stream()
            .filter(c -> c.live() == at)
            .filter(c -> bound ? mayReturn(at) : at.takesWork())
            .findFirst()
            .map(c -> Lease.at(c, kind))
            .orElse(null);
  }

  /** The one that it must be, or was; null when any will do. */
  private @Nullable Candidate promised(Wish wish) {
    if (wish.promised() != null) {
      return byId(wish.promised());
    }
    return wish.home() == null || homes == null ? null : homes.home(wish.home());
  }

  /** Whether its clients would rather fail than go elsewhere. */
  private boolean mustReturn(LiveBackend live) {
    return service.affinity() != null
        && service.affinity().unhealthy() == AffinityPolicy.Unhealthy.FAIL
        && live.state() != State.DRAINING
        && !lastResort.isOn();
  }

  /** By the algorithm, but past those that others are trying already, or have just filled. */
  private @Nullable Lease byAlgorithm(Wish wish, Set<LiveBackend> without, Lease.Kind kind) {
    Set<LiveBackend> passed = without;
    while (true) {
      Candidate chosen =
          homes != null && wish.home() != null
              ? homes.choose(passed, kind, wish.home())
              : algorithm.choose(passed, kind, wish.key());
      Lease lease = chosen == null ? null : Lease.at(chosen, kind);
      if (chosen == null || lease != null) {
        return lease;
      }
      passed = new HashSet<>(passed);
      passed.add(chosen.live());
    }
  }

  /** Calls {@code action} with each backend. */
  public void forEach(BiConsumer<LiveBackend, Backend> action) {
    candidates.forEach(c -> action.accept(c.live(), c.backend()));
  }

  /** Whether {@code wish} can be met by another backend than those in {@code tried}. */
  public boolean hasOther(Wish wish, Set<LiveBackend> tried, Lease.Kind kind) {
    Candidate back = promised(wish);
    if (back != null && mustReturn(back.live())) {
      return false;
    }
    boolean panic = lastResort.isOn();
    return takers.stream()
        .anyMatch(c ->
            panic
                ? LastResort.mayBe(c, tried)
                : c.live().isOpen(kind) && !tried.contains(c.live()));
  }

  /**
   * Which part of all relays each backend that takes work now should have, in parts of any sum.
   * Empty where keys decide, which no rebalancing could keep to.
   */
  public Map<LiveBackend, Double> shares() {
    Map<LiveBackend, Double> shares = new HashMap<>();
    if (key() != null || homes != null) {
      return shares;
    }
    Map<String, Integer> groups = service.balance().groups();
    for (Candidate c : takers) {
      if (c.live().state() != State.UP) {
        continue;
      }
      double weight = c.backend().weight();
      String group = c.backend().group();
      if (!groups.isEmpty()) {
        double whole =
            takers.stream()
                .filter(o -> o.live().state() == State.UP)
                .filter(o -> Objects.equals(o.backend().group(), group))
                .mapToInt(o -> o.backend().weight())
                .sum();
        weight *= groups.getOrDefault(group, 0) / whole;
      }
      shares.put(c.live(), weight);
    }
    return shares;
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
