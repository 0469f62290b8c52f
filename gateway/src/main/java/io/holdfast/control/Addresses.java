package io.holdfast.control;

import io.holdfast.discovery.Found;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The addresses that were found by names, over restarts where there is a state folder: a gateway
 * that starts while no name server answers has its backends. For one thread at a time.
 */
final class Addresses {
  private static final String FILE = "addresses";
  private static final TypeReference<TreeMap<String, List<String>>> ALL = new TypeReference<>() {};

  private final StateFolder state;
  private Map<String, List<String>> kept = Map.of();

  Addresses(StateFolder state) {
    this.state = state;
  }

  /** Those of before the restart, by name. */
  Map<String, List<String>> restore() {
    Map<String, List<String>> before = state.load(FILE, Addresses::read);
    if (before != null) {
      kept = before;
    }
    return kept;
  }

  private static Map<String, List<String>> read(String text) {
    try {
      return JsonMapper.shared().readValue(text, ALL);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("expected JSON of addresses by name", e);
    }
  }

  /** Has these outlive this process. */
  void keep(Found found) {
    Map<String, List<String>> now = new TreeMap<>();
    found
        .addresses()
        .forEach((name, its) -> {
          if (!its.isEmpty()) {
            now.put(name, its.stream().map(Found.Address::host).toList());
          }
        });
    if (!now.equals(kept)) {
      kept = now;
      state.save(FILE, JsonMapper.shared().writeValueAsString(now));
    }
  }
}
