package io.holdfast.discovery;

import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names of backends, and remembers their addresses. An answer that fails, or has none,
 * changes nothing: nobody loses a backend because a name server is lost. Thread-safe.
 */
public final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final Lookup dns;
  private final LongSupplier nanoTime;
  private final Map<String, Known> names = new HashMap<>();
  private long looks;
  private int held;

  /** What is known of one name. */
  private static final class Known {
    /** Addresses with the time since which answers lack them; null for none. */
    private final Map<String, @Nullable Long> missingSince = new TreeMap<>();

    /** The look whose answer came last; older ones that come later say nothing new. */
    private long look;

    private boolean failing;

    boolean lacks(List<String> answer) {
      return missingSince.keySet().stream().anyMatch(Known::isFour)
          && answer.stream().noneMatch(Known::isFour);
    }

    private static boolean isFour(String address) {
      return address.indexOf(':') < 0;
    }

    List<Found.Address> addresses() {
      List<Found.Address> all = new ArrayList<>();
      missingSince.forEach(
          (host, since) -> all.add(new Found.Address(host, failing || since != null)));
      return all;
    }
  }

  /**
   * Nothing is known yet.
   *
   * @param nanoTime as {@link System#nanoTime()}
   */
  public Discovery(Lookup dns, LongSupplier nanoTime) {
    this.dns = dns;
    this.nanoTime = nanoTime;
  }

  /** Takes up addresses that were known before a restart, and may be no more. */
  public synchronized void remember(Map<String, List<String>> addresses) {
    long now = nanoTime.getAsLong();
    addresses.forEach((name, hosts) -> {
      Known known = names.computeIfAbsent(name, _ -> new Known());
      hosts.forEach(host -> known.missingSince.putIfAbsent(host, now));
    });
  }

  /**
   * Looks up all names of a configuration, and returns when all answers are there, or after the
   * time that two answers of a name server may take; what comes later is learned then. Blocks.
   */
  public void look(Snapshot file) throws InterruptedException {
    Set<String> sought = names(file);
    look(file, sought, next(sought));
  }

  /** The same for a configuration in force, and not while another one {@linkplain #hold comes}. */
  public void lookAgain(Snapshot file) throws InterruptedException {
    Set<String> sought = names(file);
    long look;
    synchronized (this) {
      if (held > 0) {
        return;
      }
      look = next(sought);
    }
    look(file, sought, look);
  }

  /**
   * Has {@link #lookAgain} do nothing until {@link #letGo}: what the name servers of the old
   * configuration say must not come after what those of the new one have said.
   */
  public synchronized void hold() {
    held++;
  }

  /** Ends a {@link #hold}. */
  public synchronized void letGo() {
    held--;
  }

  private void look(Snapshot file, Set<String> sought, long look) throws InterruptedException {
    long deadline = System.nanoTime() + 2 * file.dns().timeout().toNanos();
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (String name : sought) {
      answers.add(
          dns.addresses(name, file.dns())
              .handle((found, cause) -> {
                learn(name, look, found == null ? List.of() : found, cause, file.dns().forget());
                return name;
              }));
    }
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer cannot be learned", e);
    } catch (TimeoutException _) {
      // Who has answered has, and the others do not hold up whoever waits.
    }
  }

  private synchronized long next(Set<String> sought) {
    sought.forEach(name -> names.computeIfAbsent(name, _ -> new Known()));
    return ++looks;
  }

  private static Set<String> names(Snapshot file) {
    Set<String> names = new TreeSet<>();
    for (Service service : file.services().values()) {
      for (Backend backend : service.backends()) {
        if (backend.discover() == Discover.DNS) {
          names.add(backend.name());
        }
      }
    }
    return names;
  }

  private synchronized void learn(
      String name, long look, List<String> found, @Nullable Throwable cause, Duration forget) {
    Known known = names.get(name);
    if (known == null || look < known.look) {
      return; // nobody asks for it any more, or somebody knows better
    }
    known.look = look;
    if (cause != null) {
      failed(name, known, String.valueOf(cause.getMessage()).strip());
    } else if (found.isEmpty()) {
      failed(name, known, "it has none");
    } else if (known.lacks(found)) {
      // Both families are asked for; half of an answer must not take away all of the other half.
      failed(name, known, "only IPv6 ones came, and it had IPv4");
    } else {
      succeeded(name, known, found, forget);
    }
  }

  private static void failed(String name, Known known, String why) {
    if (known.failing) {
      return;
    }
    known.failing = true;
    String then =
        known.missingSince.isEmpty()
            ? "the name itself is the backend"
            : String.join(", ", known.missingSince.keySet()) + " stay";
    LOG.warn("discovery: no address of {} is found ({}); {}", name, why, then);
  }

  private void succeeded(String name, Known known, List<String> addresses, Duration forget) {
    if (known.missingSince.isEmpty()) {
      LOG.info("discovery: {} has {}", name, String.join(", ", addresses));
    } else if (known.failing) {
      LOG.info("discovery: addresses of {} are found again", name);
    }
    known.failing = false;
    long now = nanoTime.getAsLong();
    Set<String> missing = new HashSet<>(known.missingSince.keySet());
    addresses.forEach(address -> {
      known.missingSince.put(address, null);
      missing.remove(address);
    });
    for (String address : missing) {
      long since = known.missingSince.computeIfAbsent(address, _ -> now);
      if (now - since >= forget.toNanos()) {
        known.missingSince.remove(address);
      }
    }
  }

  /** All that is known now. */
  public synchronized Found known() {
    Map<String, List<Found.Address>> found = new HashMap<>();
    names.forEach((name, known) -> found.put(name, known.addresses()));
    return new Found(found);
  }

  /** Forgets the names that a configuration lacks. */
  public synchronized void forgetAllBut(Snapshot file) {
    names.keySet().retainAll(names(file));
  }
}
