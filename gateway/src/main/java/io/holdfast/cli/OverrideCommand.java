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
 * {@code holdfast up}, {@code down} and {@code clear}: what an operator says of a backend. It beats
 * probes, and holds until it is cleared.
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
      arity = "0..1",
      description = "Its address, such as ws://10.0.0.1:8000, or host and port alone.")
  private @Nullable String backend;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "In place of a backend: all of this group of --service.")
  private @Nullable String group;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "Only in this service (default: in all that have it).")
  private @Nullable String service;

  OverrideCommand() {}

  /** As the admin API has it. */
  abstract String word();

  /** More of the query, beginning with {@code &}. */
  String more() {
    return "";
  }

  /** Refuses options that do not go together. */
  void check() {
    if (group == null && backend == null) {
      throw mistake("expected a BACKEND, or --service and --group");
    }
    if (group != null && (backend != null || service == null)) {
      throw mistake("--group goes with --service, and without a BACKEND");
    }
  }

  @Nullable String group() {
    return group;
  }

  /** Whether nothing is named. */
  boolean namesNothing() {
    return group == null && backend == null && service == null;
  }

  /** What is done when it is said; the exit code. */
  int after(AdminClient client, OverrideOutcome said)
      throws AdminException, IOException, InterruptedException {
    return ExitCodes.FINE;
  }

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    check();
    OverrideOutcome outcome =
        client.override(
            word(),
            backend,
            service,
            (group == null ? "" : "&group=" + AdminClient.encode(group)) + more());
    for (OverrideOutcome.Said said : outcome.backends()) {
      out()
          .println(
              "service " + said.service() + ": backend " + said.address() + " is " + said.state());
    }
    out().flush();
    outcome.warnings().forEach(err()::println);
    return after(client, outcome);
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
