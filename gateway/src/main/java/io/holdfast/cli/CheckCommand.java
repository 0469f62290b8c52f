package io.holdfast.cli;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigLoader;
import io.holdfast.config.LoadedConfig;
import io.holdfast.config.source.ConfigError;
import io.holdfast.model.Snapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast check FILE}: says what is wrong with a config file, all at once. */
@Command(
    name = "check",
    description = "Checks a config file and prints everything that is wrong with it.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The file is fine; there may be warnings.",
      "1:The file has errors.",
      "2:The command line is wrong."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast check holdfast.yaml",
      "  holdfast check --json holdfast.yaml"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The config file.")
  private Path file;

  @Option(names = "--json", description = "Print one JSON object for programs.")
  private boolean json;

  private final Map<String, String> environment;

  /** Checks with the environment of this process. */
  public CheckCommand() {
    this(System.getenv());
  }

  CheckCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    try {
      LoadedConfig loaded = ConfigLoader.load(file, environment);
      List<ConfigError> errors = TlsFiles.errors(loaded);
      if (!errors.isEmpty()) {
        return refuse(errors, loaded.warnings());
      }
      report(errors, loaded.warnings());
      if (!json) {
        Snapshot snapshot = loaded.snapshot();
        out()
            .printf(
                "%s is fine: listeners %d, routes %d, services %d%n",
                file,
                snapshot.listeners().size(),
                snapshot.routes().size(),
                snapshot.services().size());
      }
      return ExitCodes.FINE;
    } catch (ConfigException e) {
      return refuse(e.errors(), e.warnings());
    }
  }

  private int refuse(List<ConfigError> errors, List<ConfigError> warnings) {
    report(errors, warnings);
    if (!json) {
      int count = errors.size();
      err().printf("%s has %d %s%n", file, count, count == 1 ? "error" : "errors");
    }
    return ExitCodes.FAILED;
  }

  private void report(List<ConfigError> errors, List<ConfigError> warnings) {
    if (json) {
      Map<String, Object> report =
          Map.of(
              "errors", errors.stream().map(CheckCommand::entry).toList(),
              "warnings", warnings.stream().map(CheckCommand::entry).toList());
      out()
          .println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
      return;
    }
    errors.forEach(error -> err().println(error.message()));
    warnings.forEach(warning -> err().println("warning: " + warning.message()));
  }

  private static Map<String, Object> entry(ConfigError error) {
    return Map.of(
        "source", error.place().source(),
        "line", error.place().line(),
        "column", error.place().column(),
        "path", error.path(),
        "problem", error.problem());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
