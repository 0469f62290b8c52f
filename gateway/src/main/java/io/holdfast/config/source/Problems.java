package io.holdfast.config.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while reading goes on. One thread. */
public final class Problems {

  private static final Comparator<ConfigError> BY_PLACE =
      Comparator.comparing((ConfigError error) -> error.place().source())
          .thenComparingInt(error -> error.place().line())
          .thenComparingInt(error -> error.place().column());

  private final List<ConfigError> errors = new ArrayList<>();
  private final List<ConfigError> warnings = new ArrayList<>();

  /** Notes an error. */
  public void error(Place place, String path, String problem) {
    errors.add(new ConfigError(place, path, problem));
  }

  /** Notes something that is allowed and most likely not meant. */
  public void warning(Place place, String path, String problem) {
    warnings.add(new ConfigError(place, path, problem));
  }

  /** How many errors there are by now. */
  public int count() {
    return errors.size();
  }

  /** All errors in the order of their places. */
  public List<ConfigError> errors() {
    return errors.stream().sorted(BY_PLACE).toList();
  }

  /** All warnings in the order of their places. */
  public List<ConfigError> warnings() {
    return warnings.stream().sorted(BY_PLACE).toList();
  }
}
