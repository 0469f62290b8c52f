package io.holdfast.balance;

/** A wait for a place. Thread-safe. */
public interface Waiting {
  /**
   * Waits no more.
   *
   * @return false when a place was given already, of which one has heard or will
   */
  boolean leave();
}
