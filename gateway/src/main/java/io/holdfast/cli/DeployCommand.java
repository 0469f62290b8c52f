package io.holdfast.cli;

import static java.util.Objects.requireNonNull;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DeployStatus;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast deploy}. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Takes a service from its present groups of backends to another one: starts that group, waits"
          + " until it is well, has it pass a smoke test, gives it new clients in steps, compares it"
          + " with the others at each, moves (migration: live) or ends what those still have, and"
          + " stops them. Whatever fails takes everything back."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The group has all clients; with --abort, the deploy rolls back.",
      "1:It was rolled back, or the gateway refused it; the message says why.",
      "2:The command line is wrong, or nobody said yes.",
      "3:The gateway cannot be reached."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast deploy chat green",
      "  holdfast deploy chat green --steps 10%%,100%% --bake 1m --smoke smoke.yaml --drain 5m --yes",
      "  holdfast deploy chat --watch",
      "  holdfast deploy chat --abort",
      "  holdfast deploy chat --history"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DeployCommand extends AdminCommand {
  @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
  private String service;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GROUP",
      description = "The group that is to have all clients.")
  private @Nullable String group;

  @Option(
      names = "--steps",
      paramLabel = "SHARES",
      description = "Shares of new clients, one after the other, such as 5%%,25%%,100%%.")
  private @Nullable String steps;

  @Option(
      names = "--bake",
      paramLabel = "DURATION",
      description = "How long each step is watched, such as 30s.")
  private @Nullable String bake;

  @Option(
      names = "--smoke",
      paramLabel = "FILE",
      description = "What each backend must pass before it gets clients.")
  private @Nullable Path smoke;

  @Option(
      names = "--drain",
      paramLabel = "DURATION",
      description =
          "By when moving or ending the others' clients has begun, such as 30s; moves that have"
              + " begun may take settle.atMost and several times timeout (migration) more.")
  private @Nullable String drain;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--watch",
      description = "Show the deploy that is under way, as the command does that began it.")
  private boolean watch;

  @Option(names = "--abort", description = "Roll back the deploy that is under way.")
  private boolean abort;

  @Option(names = "--history", description = "Show what was deployed.")
  private boolean history;

  /** Made by picocli. */
  public DeployCommand() {}

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    if (abort || history || watch) {
      if (group != null || Stream.of(abort, history, watch).filter(on -> on).count() > 1) {
        throw mistake("--abort, --history and --watch stand alone beside SERVICE");
      }
      return abort ? abort(client) : history ? history(client) : watch(client);
    }
    if (group == null) {
      throw mistake("expected a GROUP, --watch, --abort or --history");
    }
    String script = script();
    if (!yes && !isSure()) {
      err().println("Nothing was deployed.");
      return ExitCodes.USAGE;
    }
    DeployStatus begun = client.deploy(query(group), script);
    return show(client, begun.id());
  }

  private int show(AdminClient client, long id)
      throws AdminException, IOException, InterruptedException {
    try {
      return new DeployWatch(client, out(), id).run() ? ExitCodes.FINE : ExitCodes.FAILED;
    } catch (IOException e) {
      err()
          .println(
              "The deploy was under way. If the gateway has ended, the next one rolls it back, where"
                  + " there is a state folder.");
      throw e;
    }
  }

  private String script() {
    if (smoke == null) {
      return "";
    }
    try {
      String script = Files.readString(smoke);
      if (script.isBlank()) {
        throw mistake("--smoke is " + smoke + "; expected a smoke script, and the file is empty");
      }
      return script;
    } catch (NoSuchFileException e) {
      throw mistake("--smoke is " + smoke + "; there is no such file");
    } catch (IOException e) {
      throw mistake("--smoke is " + smoke + "; expected a text file in UTF-8 that can be read");
    }
  }

  private boolean isSure() {
    @Nullable Console console = System.console();
    if (!Watch.isTerminal(console)) {
      throw mistake("nobody can be asked here; expected --yes");
    }
    out().print("Give group " + group + " all clients of service " + service + "? [y/N] ");
    out().flush();
    String answer = requireNonNull(console).readLine();
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }

  private String query(String to) {
    return "service="
        + AdminClient.encode(service)
        + "&group="
        + AdminClient.encode(to)
        + option("steps", steps)
        + option("bake", bake)
        + option("drain", drain);
  }

  private static String option(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + AdminClient.encode(value);
  }

  private int watch(AdminClient client) throws AdminException, IOException, InterruptedException {
    for (DeployStatus one : client.deploys()) {
      if (one.service().equals(service) && !one.over()) {
        return show(client, one.id());
      }
    }
    throw new AdminException("No deploy of service " + service + " is under way.");
  }

  private int abort(AdminClient client) throws AdminException, IOException, InterruptedException {
    client.abortDeploy(service);
    out().println("The deploy of service " + service + " rolls back.");
    return ExitCodes.FINE;
  }

  private int history(AdminClient client) throws AdminException, IOException, InterruptedException {
    List<DeployStatus> its =
        client.deploys().stream()
            .filter(d -> d.service().equals(service))
            .sorted(Comparator.comparingLong(DeployStatus::id))
            .toList();
    if (its.isEmpty()) {
      out().println("Nothing was deployed of service " + service + ".");
    }
    for (DeployStatus one : its) {
      out()
          .println(
              "%d  %s  %s -> %s  %s"
                  .formatted(
                      one.id(),
                      one.since(),
                      String.join(", ", one.others()),
                      one.group(),
                      one.why() == null ? one.phase() : one.phase() + ": " + one.why()));
    }
    return ExitCodes.FINE;
  }
}
