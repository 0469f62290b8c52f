package io.holdfast.config;

import io.holdfast.config.source.ConfigError;
import io.holdfast.model.Snapshot;
import java.util.List;

/**
 * A configuration without errors.
 *
 * @param snapshot what it says
 * @param warnings what is allowed and most likely not meant, in the order of the file
 */
public record LoadedConfig(Snapshot snapshot, List<ConfigError> warnings) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }
}
