package io.holdfast.config;

import io.holdfast.config.source.ConfigError;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.TreePath;
import io.holdfast.model.Snapshot;
import java.util.List;

/**
 * A configuration without errors of its own.
 *
 * @param snapshot what it says
 * @param warnings what is allowed and most likely not meant, in the order of the file
 * @param document what it was read from
 */
public record LoadedConfig(Snapshot snapshot, List<ConfigError> warnings, Tree document) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }

  /**
   * Something that was found wrong later, at the place of the option.
   *
   * @param path of the option, such as {@code listeners[0].tls}
   */
  public ConfigError error(String path, String problem) {
    return new ConfigError(TreePath.place(document, path), path, problem);
  }
}
