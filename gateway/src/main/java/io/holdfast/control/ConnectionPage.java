package io.holdfast.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of connections.
 *
 * @param connections ordered by id
 * @param next what to ask for as {@code after} to get the next page; null on the last
 * @param total how many match the query on all pages, at this moment
 */
public record ConnectionPage(
    List<ConnectionStatus> connections, @Nullable String next, long total) {

  public ConnectionPage {
    connections = List.copyOf(connections);
  }
}
