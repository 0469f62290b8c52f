package io.holdfast.balance;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a choice.
 *
 * @param promised id of the backend that it was promised; null for none
 * @param home hash of the key that leads to its backend by {@code hash} affinity; null for none
 * @param key hash of the key of algorithms that go by one; see {@link #hashOrAny}
 */
public record Wish(@Nullable Long promised, @Nullable Long home, long key) {
  /** Any backend will do. */
  public static final Wish ANY = new Wish(null, null, 0);

  /** The same without its promise. */
  public Wish unpromised() {
    return new Wish(null, home, key);
  }

  /** The hash of a client's key, the same in every process. */
  public static long hash(String key) {
    return Maglev.hash(key);
  }

  /** The hash of a client's key; any when it has none. */
  public static long hashOrAny(@Nullable String key) {
    return key == null ? ThreadLocalRandom.current().nextLong() : hash(key);
  }
}
