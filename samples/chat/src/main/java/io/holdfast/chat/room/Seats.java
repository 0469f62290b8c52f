package io.holdfast.chat.room;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Seats in memory, each for five minutes after it was kept last. Thread-safe. */
final class Seats {
  private static final long NANOS = TimeUnit.MINUTES.toNanos(5);

  private record Timed(Seat seat, long at) {}

  /** The one kept longest ago first. */
  private final Map<String, Timed> seats = new LinkedHashMap<>();

  synchronized void keep(String session, Seat seat) {
    long now = System.nanoTime();
    seats.remove(session);
    seats.put(session, new Timed(seat, now));
    for (Iterator<Timed> all = seats.values().iterator(); all.hasNext(); ) {
      if (now - all.next().at() < NANOS) {
        return;
      }
      all.remove();
    }
  }

  synchronized Optional<Seat> find(String session) {
    return Optional.ofNullable(seats.get(session)).map(Timed::seat);
  }
}
