package io.holdfast.config.source;

/**
 * Makes a value of a scalar's text.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface Parser<T> {

  /**
   * Parses {@code text}.
   *
   * @throws IllegalArgumentException when it cannot; the message starts with "expected" and does
   *     not repeat {@code text}
   */
  T parse(String text);
}
