package io.holdfast.route;

import org.jspecify.annotations.Nullable;

/** Reads a header field or a query parameter of one request. */
@FunctionalInterface
public interface Lookup {

  /** Finds nothing. */
  Lookup NONE = name -> null;

  /**
   * The first value of {@code name}, or null when there is none. Header names are asked for as the
   * config has them and must be found in any case; query parameters are decoded and exact.
   */
  @Nullable String get(String name);
}
