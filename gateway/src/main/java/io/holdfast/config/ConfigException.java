package io.holdfast.config;

import io.holdfast.config.source.ConfigError;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; says everything that is wrong with it. */
public final class ConfigException extends Exception {

  private final transient List<ConfigError> errors;

  ConfigException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::message).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** All errors, in the order of the file; at least one. */
  public List<ConfigError> errors() {
    return errors;
  }
}
