package io.holdfast.app;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Where {@code bin/holdfast} enters. */
@Command(
    name = "holdfast",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.ShortVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "A WebSocket-first load balancer and gateway.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  holdfast demo",
      "  holdfast run --listen :8080 --to ws://127.0.0.1:8001,ws://127.0.0.1:8002",
      "  holdfast check holdfast.yaml && holdfast run --config holdfast.yaml",
      "  holdfast connect ws://127.0.0.1:8080/",
      "",
      "holdfast COMMAND --help tells more of each, with examples.",
      "",
      "Exit codes:",
      "    0  done",
      "    1  failed, or the answer is no",
      "    2  wrong usage",
      "    3  the gateway could not be reached, or an open connection ended badly",
      "  130  interrupted",
      "",
      "HOLDFAST_DEBUG=1 adds the stack trace to an error."
    })
public final class Main {
  private Main() {}

  /** Runs the command that {@code args} name and exits with its code. */
  public static void main(String[] args) {
    int code = commandLine(args).execute(args);
    // A command that serves in the background returns 0 only when it is done.
    System.exit(code);
  }

  /**
   * The command line that understands {@code args}: only the command that they name is loaded, or
   * all where they name none that exists, for the help and for suggestions.
   */
  static CommandLine commandLine(String... args) {
    CommandLine root = new CommandLine(new Main());
    for (String name : wanted(args)) {
      root.addSubcommand(name, Commands.create(name));
    }
    root.getSubcommands().values().forEach(Main::addHelp);
    PrintWriter err = root.getErr();
    return root.setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new Mistakes())
        .setExecutionExceptionHandler(
            new Failures(err, "1".equals(System.getenv("HOLDFAST_DEBUG"))));
  }

  private static List<String> wanted(String... args) {
    for (String arg : args) {
      if (!arg.startsWith("-")) {
        return Commands.NAMES.contains(arg) ? List.of(arg) : Commands.NAMES;
      }
    }
    return Commands.NAMES;
  }

  private static void addHelp(CommandLine command) {
    if (command.getCommandSpec().findOption("--help") == null) {
      command.getCommandSpec().mixinStandardHelpOptions(true);
    }
    command.getCommandSpec().versionProvider(new VersionCommand.ShortVersion());
  }
}
