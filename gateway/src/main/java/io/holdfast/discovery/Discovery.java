package io.holdfast.discovery;

import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * changes nothing: nobody loses a backend because a name server is lost. Thread-safe; blocks.
 */
public final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final Lookup dns;
  private final LongSupplier nanoTime;
  private final Map<String, Known> names = new HashMap<>();

  /** What is known of one name. */
  private static final class Known {
    /** Addresses with the time since which answers lack them; null for none. */
    private final Map<String, @Nullable Long> missingSince = new TreeMap<>();

    private boolean failing;
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

  /**
   * Looks up all names of a configuration. Waits for an answer as long as two of a name server may
   * take; a name without is as it was.
   */
  public void look(Snapshot file) throws InterruptedException {
    Map<String, CompletableFuture<List<String>>> asked = new LinkedHashMap<>();
    for (String name : names(file)) {
      asked.put(name, dns.addresses(name));
    }
    long deadline = System.nanoTime() + 2 * file.dns().timeout().toNanos();
    Map<String, Answer> answers = new LinkedHashMap<>();
    for (Map.Entry<String, CompletableFuture<List<String>>> one : asked.entrySet()) {
      answers.put(one.getKey(), await(one.getValue(), deadline));
    }
    learn(answers, file.dns().forget());
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

  /**
   * What has come of a look-up.
   *
   * @param why there are no addresses; empty when there are
   */
  private record Answer(List<String> addresses, String why) {}

  private static Answer await(CompletableFuture<List<String>> asked, long deadline)
      throws InterruptedException {
    try {
      List<String> addresses =
          asked.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Answer(addresses, addresses.isEmpty() ? "it has none" : "");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return new Answer(List.of(), String.valueOf(cause == null ? e : cause.getMessage()));
    } catch (TimeoutException _) {
      return new Answer(List.of(), "no answer in time");
    }
  }

  private synchronized void learn(Map<String, Answer> answers, Duration forget) {
    answers.forEach((name, answer) -> {
      Known known = names.computeIfAbsent(name, _ -> new Known());
      if (answer.addresses().isEmpty()) {
        failed(name, known, answer.why());
      } else {
        succeeded(name, known, answer.addresses(), forget);
      }
    });
  }

  /** All that is known now. */
  public synchronized Found known() {
    Map<String, List<String>> found = new HashMap<>();
    names.forEach((name, known) -> found.put(name, List.copyOf(known.missingSince.keySet())));
    return new Found(found);
  }

  private static void failed(String name, Known known, String why) {
    if (!known.failing) {
      known.failing = true;
      if (known.missingSince.isEmpty()) {
        LOG.warn(
            "discovery: no address of {} is found ({}); the name itself is the backend", name, why);
      } else {
        LOG.warn(
            "discovery: no address of {} is found ({}); {} stay",
            name,
            why,
            known.missingSince.keySet());
      }
    }
  }

  private void succeeded(String name, Known known, List<String> addresses, Duration forget) {
    if (known.failing) {
      known.failing = false;
      LOG.info("discovery: addresses of {} are found again", name);
    }
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
}
