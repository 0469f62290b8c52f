package io.holdfast.model;

/** How a backend is chosen among those that may be. Each honours weights. */
public enum Balance {
  /** In turn, smoothly spread by weight. */
  ROUND_ROBIN,
  /** By chance, in proportion to weight. */
  RANDOM,
  /** The least relays, pending handshakes and exchanges in flight per weight. */
  LEAST_CONNECTIONS,
  /** Of two by chance the one with the least load per weight. */
  POWER_OF_TWO,
  /** As {@link #LEAST_CONNECTIONS}, by what backends report, corrected by what was sent since. */
  LEAST_REPORTED,
  /** The same client address leads to the same backend. */
  IP_HASH,
  /** The same client key leads to the same backend. */
  CONSISTENT_HASH
}
