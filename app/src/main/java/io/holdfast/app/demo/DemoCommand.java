package io.holdfast.app.demo;

import io.holdfast.cli.Signals;
import io.holdfast.control.ConfigRejected;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}: the gateway at work, until it is interrupted. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the gateway at work: starts three nodes of a chat and a gateway in front of them, with a page to chat"
          + " through.",
      "",
      "The nodes are those of `holdfast chat`, and share their rooms: people hear each other whichever node serves"
          + " them. There is an echo at /echo besides. All of it listens on 127.0.0.1 only."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Ended by Ctrl-C or SIGTERM.",
      "1:It could not start.",
      "2:The command line is wrong.",
      "130:A second Ctrl-C cut the end short."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  holdfast demo",
      "  holdfast demo --port 9000 --verbose",
      "  holdfast demo --print-config > demo.yaml"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int ADMIN_PORT = 9900;
  private static final int LAST_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "8080",
      description =
          "Port of the page (default ${DEFAULT-VALUE}); when it is taken, the next free one."
              + " 0 takes any.")
  private int port;

  @Option(
      names = "--print-config",
      description = "Print the gateway's configuration, with example ports, and start nothing.")
  private boolean printConfig;

  @Option(names = "--verbose", description = "Let the gateway log what it does, with access log.")
  private boolean verbose;

  /** Made by picocli. */
  public DemoCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, ConfigRejected {
    if (port < 0 || port > LAST_PORT) {
      throw new ParameterException(
          spec.commandLine(), "--port is %d, but must be 0 to %d".formatted(port, LAST_PORT));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (printConfig) {
      out.print(DemoConfig.example(port, ADMIN_PORT, verbose).yaml());
      out.flush();
      return 0;
    }
    Signals signals = Signals.install();
    try (Demo demo = Demo.start(port, ADMIN_PORT, verbose)) {
      out.print(demo.tour(port));
      out.flush();
      return signals.awaitEnd(demo.gateway());
    }
  }
}
