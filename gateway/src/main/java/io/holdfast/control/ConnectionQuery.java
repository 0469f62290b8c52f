package io.holdfast.control;

import org.jspecify.annotations.Nullable;

/**
 * Which connections to list.
 *
 * @param service only this service's; null for all
 * @param after only ids after this one; null for the first page
 * @param limit 1 to {@link #MAX_LIMIT}
 */
public record ConnectionQuery(@Nullable String service, @Nullable String after, int limit) {

  /** How many there are on a page unless asked otherwise. */
  public static final int DEFAULT_LIMIT = 100;

  /** How many there may be on a page. */
  public static final int MAX_LIMIT = 1_000;
}
