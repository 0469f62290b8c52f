package io.holdfast.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.PromiseTable;
import io.holdfast.balance.PromiseTable.Promise;
import io.holdfast.model.ClientKey;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.model.TableAffinity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tables of promises over restarts: a process that is killed loses those of its last ten
 * seconds. Thread-safe.
 */
final class Promises implements AutoCloseable {
  private static final long INTERVAL_SECONDS = 10;
  private static final String TITLE = "holdfast promises 1";

  private final LiveBackends live;
  private final StateFolder state;
  private final Supplier<Snapshot> snapshot;
  private @Nullable ScheduledExecutorService timer;

  Promises(LiveBackends live, StateFolder state, Supplier<Snapshot> snapshot) {
    this.live = live;
    this.state = state;
    this.snapshot = snapshot;
  }

  /** Takes up what was promised before the restart, and keeps it from now on. */
  synchronized void restore(Snapshot first) {
    if (!state.keeps()) {
      return;
    }
    for (Service service : first.services().values()) {
      TableAffinity policy = policy(service);
      if (policy != null) {
        List<Promise> kept = state.load(file(service), text -> read(text, policy.key()));
        if (kept != null) {
          live.promises(service.name(), policy).restore(kept);
        }
      }
    }
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("promises").daemon().factory());
    timer.scheduleWithFixedDelay(this::save, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  /** Writes the tables that have changed. */
  synchronized void save() {
    for (Service service : snapshot.get().services().values()) {
      TableAffinity policy = policy(service);
      if (policy == null) {
        continue;
      }
      PromiseTable table = live.promises(service.name(), policy);
      if (table.takeChanged()) {
        if (!state.save(file(service), write(table))) {
          table.touch();
        }
      }
    }
  }

  /** Writes them for the last time. */
  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdown();
      save();
    }
  }

  private static @Nullable TableAffinity policy(Service service) {
    return service.affinity() != null && service.affinity().kind() instanceof TableAffinity table
        ? table
        : null;
  }

  private static String file(Service service) {
    return "promises-" + service.name();
  }

  private static String name(ClientKey key) {
    return key.source().name().toLowerCase(Locale.ROOT) + ":" + key.name();
  }

  private static String write(PromiseTable table) {
    StringBuilder text = new StringBuilder(TITLE + " " + name(table.key()) + "\n");
    for (Promise promise : table.promises()) {
      text.append(Long.toHexString(promise.key()))
          .append(' ')
          .append(Long.toHexString(promise.backend()))
          .append(' ')
          .append(promise.since())
          .append(' ')
          .append(promise.used())
          .append('\n');
    }
    return text + "end " + checksum(text.toString()) + "\n";
  }

  /** The promises of a file; none when it is of another key. */
  private static List<Promise> read(String text, ClientKey key) {
    int end = text.lastIndexOf("end ");
    if (!text.startsWith(TITLE + " ")
        || end < 0
        || !text.substring(end).equals("end " + checksum(text.substring(0, end)) + "\n")) {
      throw new IllegalArgumentException(
          "expected a table of promises that ends with its checksum");
    }
    List<String> lines = text.substring(0, end).lines().toList();
    List<Promise> promises = new ArrayList<>();
    if (lines.getFirst().equals(TITLE + " " + name(key))) {
      for (String line : lines.subList(1, lines.size())) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 4) {
          throw new IllegalArgumentException("expected four numbers in a line");
        }
        promises.add(
            new Promise(
                Long.parseUnsignedLong(parts[0], 16),
                Long.parseUnsignedLong(parts[1], 16),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3])));
      }
    }
    return promises;
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
