package io.holdfast.listen;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of client connections and of sessions. Thread-safe. */
final class Ids {
  // A million a millisecond before two processes, started one after the other, could meet.
  private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis() << 20);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SESSION_BYTES = 16;

  private Ids() {}

  /** Unique over restarts, rising, short. */
  static String next() {
    return Long.toString(NEXT.incrementAndGet(), Character.MAX_RADIX);
  }

  /** 128 random bits, that nobody can guess. */
  static String session() {
    byte[] bits = new byte[SESSION_BYTES];
    RANDOM.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }
}
