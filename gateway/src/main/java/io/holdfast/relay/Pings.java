package io.holdfast.relay;

import java.util.Arrays;

/**
 * Pings that were passed to a leg and are not answered yet, oldest first, by a hash of what they
 * carry. Of many the oldest are forgotten: a leg need answer the newest alone (RFC 6455 section
 * 5.5.3).
 */
final class Pings {
  private static final int MOST = 8;

  private long[] hashes = new long[1];
  private int size;

  void add(long hash) {
    if (size == MOST) {
      removeFirst(1);
    }
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    hashes[size++] = hash;
  }

  void addAll(Pings later) {
    for (int i = 0; i < later.size; i++) {
      add(later.hashes[i]);
    }
  }

  /**
   * Takes out the newest Ping that a Pong may answer, and those before it.
   *
   * @return whether it answers any
   */
  boolean answer(long hash) {
    for (int i = size - 1; i >= 0; i--) {
      if (hashes[i] == hash) {
        removeFirst(i + 1);
        return true;
      }
    }
    return false;
  }

  private void removeFirst(int count) {
    size -= count;
    System.arraycopy(hashes, count, hashes, 0, size);
  }

  boolean isEmpty() {
    return size == 0;
  }
}
