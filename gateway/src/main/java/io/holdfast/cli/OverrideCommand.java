package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.OverrideOutcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code holdfast drain}, {@code up}, {@code down} and {@code clear}: what an operator says of a
 * backend. It beats probes, and holds until it is cleared.
 */
@Command(
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It is said.",
      "1:The gateway has no such backend, or refused the call.",
      "2:The command line is wrong.",
      "3:The gateway cannot be reached."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public abstract class OverrideCommand extends AdminCommand {

  @Parameters(
      paramLabel = "BACKEND",
      description = "Its address, such as ws://10.0.0.1:8000, or host and port alone.")
  private String backend;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "Only in this service (default: in all that have it).")
  private @Nullable String service;

  private OverrideCommand() {}

  /** As the admin API has it. */
  abstract String word();

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    for (OverrideOutcome.Said said : client.override(word(), backend, service).backends()) {
      out()
          .println(
              "service " + said.service() + ": backend " + said.address() + " is " + said.state());
    }
    return ExitCodes.FINE;
  }

  /** {@code holdfast drain}. */
  @Command(
      name = "drain",
      description = {
        "Gives a backend no new work, and ends the relays it has at its service's pace (drain).",
        "It stays so until holdfast clear or up, over reloads, and over restarts with a state folder."
      },
      footer = {
        "",
        "Examples:",
        "  holdfast drain ws://10.0.0.1:8000",
        "  holdfast drain 10.0.0.1:8000 --service chat --soft"
      })
  public static final class Drain extends OverrideCommand {
    @Option(
        names = "--soft",
        description =
            "Only take no new clients: relays stay, and clients that were promised it come back.")
    private boolean soft;

    /** Made by picocli. */
    public Drain() {}

    @Override
    String word() {
      return soft ? "soft_drain" : "drain";
    }
  }

  /** {@code holdfast up}. */
  @Command(
      name = "up",
      description = "Gives a backend new work, whatever its probes and its clients meet.",
      footer = {"", "Example:", "  holdfast up ws://10.0.0.1:8000"})
  public static final class Up extends OverrideCommand {
    /** Made by picocli. */
    public Up() {}

    @Override
    String word() {
      return "up";
    }
  }

  /** {@code holdfast down}. */
  @Command(
      name = "down",
      description = "Gives a backend no new work. What it has stays.",
      footer = {"", "Example:", "  holdfast down ws://10.0.0.1:8000"})
  public static final class Down extends OverrideCommand {
    /** Made by picocli. */
    public Down() {}

    @Override
    String word() {
      return "down";
    }
  }

  /** {@code holdfast clear}. */
  @Command(
      name = "clear",
      description = "Takes back what drain, up or down have said: probes decide again.",
      footer = {"", "Example:", "  holdfast clear ws://10.0.0.1:8000"})
  public static final class Clear extends OverrideCommand {
    /** Made by picocli. */
    public Clear() {}

    @Override
    String word() {
      return "clear";
    }
  }
}
