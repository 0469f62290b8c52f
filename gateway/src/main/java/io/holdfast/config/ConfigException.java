package io.holdfast.config;

import io.holdfast.config.source.ConfigError;
import io.holdfast.config.source.Problems;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; says everything that is wrong with it. */
public final class ConfigException extends Exception {

  private final transient List<ConfigError> errors;
  private final transient List<ConfigError> warnings;

  ConfigException(Problems problems) {
    super(problems.errors().stream().map(ConfigError::message).collect(Collectors.joining("\n")));
    this.errors = problems.errors();
    this.warnings = problems.warnings();
  }

  /** All errors, in the order of the file; at least one. */
  public List<ConfigError> errors() {
    return errors;
  }

  /** What is allowed and most likely not meant, beside the errors, in the order of the file. */
  public List<ConfigError> warnings() {
    return warnings;
  }
}
