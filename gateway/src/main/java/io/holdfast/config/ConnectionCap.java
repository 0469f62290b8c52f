package io.holdfast.config;

import io.holdfast.config.source.Parsers;

/**
 * How many client connections there may be.
 *
 * @param given at most so many; 0 for what the process can hold, -1 for no limit
 */
record ConnectionCap(int given) {
  static final int MOST = 100_000_000;

  /** Listeners, logs, jars, event loops and the admin listener need some files as well. */
  private static final int RESERVE = 100;

  /** A number, {@code auto} or {@code off}. */
  static ConnectionCap parse(String text) {
    return switch (text) {
      case "auto" -> new ConnectionCap(0);
      case "off" -> new ConnectionCap(-1);
      default -> {
        try {
          yield new ConnectionCap(Parsers.number(0, MOST).parse(text));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(e.getMessage() + ", auto or off", e);
        }
      }
    };
  }

  /**
   * The cap in a process that may open so many files; 0 is none.
   *
   * @param openFiles 0 for unknown or unlimited
   */
  int within(long openFiles) {
    if (given != 0 || openFiles <= 0) {
      return Math.max(0, given);
    }
    return Math.clamp(openFiles / 2 - RESERVE, 1, MOST);
  }
}
