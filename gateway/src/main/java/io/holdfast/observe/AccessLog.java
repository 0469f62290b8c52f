package io.holdfast.observe;

/** Where access entries go. */
public interface AccessLog {

  /**
   * Takes one entry. Thread-safe; never blocks: an entry that finds no room is dropped, counted.
   */
  void write(AccessEntry entry);
}
