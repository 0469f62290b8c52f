package io.holdfast.model;

import java.util.List;
import java.util.Map;

/**
 * Changes to a header section: first {@code remove}, then {@code set}, then {@code add}.
 *
 * @param remove names
 * @param set name to the only value it shall have
 * @param add name to a value beside those that are there
 */
public record HeaderEdits(List<String> remove, Map<String, String> set, Map<String, String> add) {

  /** Changes nothing. */
  public static final HeaderEdits NONE = new HeaderEdits(List.of(), Map.of(), Map.of());

  public HeaderEdits {
    remove = List.copyOf(remove);
    set = Map.copyOf(set);
    add = Map.copyOf(add);
  }
}
