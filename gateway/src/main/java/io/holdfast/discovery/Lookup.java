package io.holdfast.discovery;

import io.holdfast.model.Dns;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds the addresses of a name. Any thread may call; does not block. */
@FunctionalInterface
public interface Lookup {

  /**
   * Asks for those of {@code name}, by {@code dns}; an answer of before is not older than its
   * {@code refresh}.
   *
   * @return literal addresses, IPv6 without brackets, in any order; empty or failed when there are
   *     none, or nobody knows
   */
  CompletableFuture<List<String>> addresses(String name, Dns dns);
}
