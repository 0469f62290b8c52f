package io.holdfast.loadtest.wire;

import java.security.SecureRandom;

/**
 * Fresh masking keys from a strong source, as RFC 6455 section 5.3 asks, drawn a thousand at a time
 * since a call to the source costs more than a small frame. Not thread-safe.
 */
public final class MaskKeys {
  private final SecureRandom source = new SecureRandom();
  private final byte[] pool = new byte[4096];
  private int at = pool.length;

  /** The next key. */
  public int next() {
    if (at == pool.length) {
      source.nextBytes(pool);
      at = 0;
    }
    int key =
        (pool[at] & 0xff)
            | (pool[at + 1] & 0xff) << 8
            | (pool[at + 2] & 0xff) << 16
            | (pool[at + 3] & 0xff) << 24;
    at += 4;
    return key;
  }
}
