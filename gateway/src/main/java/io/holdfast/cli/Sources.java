package io.holdfast.cli;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigLoader;
import io.holdfast.config.LoadedConfig;
import io.holdfast.config.source.ConfigError;
import io.holdfast.control.ConfigRejected;
import io.holdfast.control.ConfigSource;
import io.holdfast.control.ReloadOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configurations from files and flags, for a gateway to start with and to reload. */
public final class Sources {
  private Sources() {}

  @FunctionalInterface
  private interface Load {
    LoadedConfig load() throws ConfigException;
  }

  /**
   * A file.
   *
   * @param flags options that the command line sets, by their path in the file
   * @param environment for {@code ${NAME}} and the {@code HOLDFAST_…} variables
   */
  public static ConfigSource file(
      Path file, Map<String, String> flags, Map<String, String> environment) {
    return source(file, () -> ConfigLoader.load(file, flags, environment));
  }

  /**
   * Flags alone: every path leads to one service.
   *
   * @param listen addresses to listen on
   * @param to backends
   * @param flags further options, by their path in a file
   * @param environment for the {@code HOLDFAST_…} variables
   */
  public static ConfigSource flags(
      List<String> listen,
      List<String> to,
      Map<String, String> flags,
      Map<String, String> environment) {
    return source(null, () -> ConfigLoader.fromFlags(listen, to, flags, environment));
  }

  private static ConfigSource source(@Nullable Path file, Load load) {
    return new ConfigSource() {
      private volatile byte[] loaded = new byte[0];

      @Override
      public Loaded load() throws ConfigRejected {
        // Before: what is written while it is read is a change.
        loaded = content();
        try {
          LoadedConfig loaded = load.load();
          return new Loaded(
              loaded.snapshot(), loaded.warnings().stream().map(ConfigError::message).toList());
        } catch (ConfigException e) {
          throw new ConfigRejected(e.errors().stream().map(Sources::problem).toList());
        }
      }

      @Override
      public @Nullable Path file() {
        return file;
      }

      @Override
      public byte[] content() {
        try {
          // A pipe can be read once.
          return file == null || !Files.isRegularFile(file)
              ? new byte[0]
              : Files.readAllBytes(file);
        } catch (IOException e) {
          return new byte[0];
        }
      }

      @Override
      public byte[] loaded() {
        return loaded.clone();
      }
    };
  }

  private static ReloadOutcome.Problem problem(ConfigError error) {
    return new ReloadOutcome.Problem(
        error.place().source(),
        error.place().line(),
        error.place().column(),
        error.path(),
        error.problem());
  }
}
