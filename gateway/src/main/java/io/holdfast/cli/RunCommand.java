package io.holdfast.cli;

import io.holdfast.Holdfast;
import io.holdfast.config.ConfigLoader;
import io.holdfast.control.ConfigRejected;
import io.holdfast.control.ConfigSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast run}: the gateway, until a signal ends it. */
@Command(
    name = "run",
    description = {
      "Runs the gateway, from a file or from --listen and --to alone.",
      "",
      "SIGHUP reloads the file, as does a change of it. SIGTERM drains at a pace, Ctrl-C at once;"
          + " a second signal exits now."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Ended by a signal, after the drain.",
      "1:The configuration is wrong, an address cannot be bound, or an event loop was lost,"
          + " which only a new start mends.",
      "2:The command line is wrong.",
      "130:A second signal cut the drain short."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast run --config holdfast.yaml",
      "  holdfast run --listen :8080 --to ws://127.0.0.1:8001,ws://127.0.0.1:8002"
    })
public final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The config file.")
  private @Nullable Path config;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      split = ",",
      description = "Without a file: addresses to listen on, such as :8080.")
  private @Nullable List<String> listen;

  @Option(
      names = "--to",
      paramLabel = "URL",
      split = ",",
      description = "Without a file: the backends, such as ws://127.0.0.1:8001.")
  private @Nullable List<String> to;

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS",
      description = "Where the admin API listens (admin.bind; default 127.0.0.1:9900), or off.")
  private @Nullable String admin;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = {
        "Sets an option to a single value over the file, by its path:",
        "logs.level=debug, services.chat.backends[0].weight=2"
      })
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--take-over",
      description =
          "Take the addresses of the gateway that runs, which drains and ends then; holdfast upgrade"
              + " does it in one step. Where none runs, start all the same.")
  private boolean takeOver;

  @Option(
      names = "--take-over-from",
      paramLabel = "URL",
      description = "The same, where its admin listener is not where ours will be.")
  private @Nullable String from;

  @Parameters(paramLabel = "FILE", arity = "0..1", hidden = true)
  private @Nullable Path file;

  @Override
  public Integer call() throws Exception {
    Signals signals = Signals.install();
    Holdfast holdfast;
    try {
      holdfast = start();
    } catch (ConfigRejected e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCodes.FAILED;
    }
    holdfast.launchBy(OwnLauncher.of(spec.commandLine().getParseResult().originalArgs()));
    return signals.awaitEnd(holdfast);
  }

  private Holdfast start() throws ConfigRejected, IOException, InterruptedException {
    if (!takeOver && from == null) {
      Holdfast holdfast = Holdfast.start(source());
      ServiceManager.ready();
      return holdfast;
    }
    URI before = from == null ? null : AdminUrl.of("--take-over-from", from, spec.commandLine());
    return Holdfast.takeOver(source(), before, ServiceManager::ready);
  }

  private ConfigSource source() {
    if (file != null) {
      // As "check FILE" has it.
      throw mistake("a file is given with --config: holdfast run --config " + file);
    }
    Map<String, String> flags = settings();
    if (admin != null) {
      flags.put(
          admin.equals("off") ? "admin.enabled" : "admin.bind",
          admin.equals("off") ? "false" : admin);
    }
    Map<String, String> environment = System.getenv();
    if (config != null) {
      if (listen != null || to != null) {
        throw mistake("--config and --listen or --to cannot be given together");
      }
      return Sources.file(config, flags, environment);
    }
    if (listen == null || to == null) {
      throw mistake("give a file with --config, or both --listen and --to");
    }
    return Sources.flags(listen, to, flags, environment);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : set) {
      int equals = setting.indexOf('=');
      if (equals < 0) {
        throw mistake("--set is given \"" + setting + "\"; expected PATH=VALUE");
      }
      String path = setting.substring(0, equals);
      if (!ConfigLoader.isPath(path)) {
        throw mistake(
            "--set is given the path \""
                + path
                + "\"; expected one such as logs.level or"
                + " services.chat.backends[0].weight");
      }
      settings.put(path, setting.substring(equals + 1));
    }
    return settings;
  }

  private ParameterException mistake(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
