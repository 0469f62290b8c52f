package io.holdfast.control;

import io.holdfast.config.ConfigException;
import io.holdfast.config.LoadedConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the configuration comes from, asked at start and at each reload. May block. */
public interface ConfigSource {
  /**
   * Reads it.
   *
   * @throws ConfigException with all that is wrong
   */
  LoadedConfig load() throws ConfigException;

  /** The file whose changes are a reload; null for none. */
  @Nullable Path file();
}
