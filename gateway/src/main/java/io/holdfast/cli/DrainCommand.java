package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DrainStatus;
import io.holdfast.control.OverrideOutcome;
import java.io.Console;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast drain}. */
@Command(
    name = "drain",
    description = {
      "Gives a backend no new work, and moves (migration: live) or ends the relays it has, at its"
          + " service's pace (drain).",
      "It stays so until holdfast clear or up, over reloads, and over restarts with a state folder."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast drain ws://10.0.0.1:8000",
      "  holdfast drain 10.0.0.1:8000 --rate 200 --wait",
      "  holdfast drain 10.0.0.1:8000 --cancel",
      "  holdfast drain 10.0.0.1:8000 --service chat --soft"
    })
public final class DrainCommand extends OverrideCommand {
  private static final long LOOK_MILLIS = 250;
  private static final int BAR = 30;

  @Option(
      names = "--soft",
      description =
          "Only take no new clients: relays stay, and clients that were promised it come back.")
  private boolean soft;

  @Option(
      names = "--cancel",
      description =
          "Stop a drain where it stands: the relays that are still there stay, and the backend gets"
              + " no new work (as by holdfast down) until holdfast clear or up.")
  private boolean cancel;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Relays a second (default: the service's). Without --deadline it is kept to, however long"
              + " that takes.")
  private @Nullable Double rate;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description =
          "All are gone by then (default: the service's). Without --rate they are spread evenly.")
  private @Nullable Double deadline;

  @Option(names = "--wait", description = "Show the progress, and return when it is over.")
  private boolean waits;

  /** Made by picocli. */
  public DrainCommand() {}

  @Override
  String word() {
    return cancel ? "down" : soft ? "soft_drain" : "drain";
  }

  @Override
  String more() {
    return (rate == null ? "" : "&rate=" + number(rate))
        + (deadline == null ? "" : "&deadline=" + number(deadline));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @Override
  void check() {
    if (cancel && (soft || waits || rate != null || deadline != null)) {
      throw mistake("--cancel stands alone; expected no --soft, --wait, --rate or --deadline");
    }
    if (soft && (waits || rate != null || deadline != null)) {
      throw mistake("--soft moves and ends nothing; expected no --wait, --rate or --deadline");
    }
    if ((rate != null && rate <= 0) || (deadline != null && deadline <= 0)) {
      throw mistake("--rate and --deadline must be above 0");
    }
  }

  @Override
  int after(AdminClient client, OverrideOutcome said)
      throws AdminException, IOException, InterruptedException {
    if (!waits) {
      return ExitCodes.FINE;
    }
    boolean whole = true;
    for (OverrideOutcome.Said one : said.backends()) {
      whole &= watch(client, one);
    }
    return whole ? ExitCodes.FINE : ExitCodes.FAILED;
  }

  private boolean watch(AdminClient client, OverrideOutcome.Said one)
      throws AdminException, IOException, InterruptedException {
    boolean terminal = isTerminal(System.console());
    while (true) {
      Optional<DrainStatus> found = newest(client.drains(), one);
      if (found.isEmpty()) {
        err().println("The gateway knows of no drain of " + one.address() + " any more.");
        return false;
      }
      DrainStatus now = found.get();
      boolean over = !now.state().equals("running");
      if (terminal) {
        out().print("\r" + bar(now) + " " + line(now) + "\u001b[K" + (over ? "\n" : ""));
        out().flush();
      } else if (over) {
        out().println(line(now));
      }
      if (over) {
        return now.state().equals("done") && now.left() == 0;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static Optional<DrainStatus> newest(List<DrainStatus> all, OverrideOutcome.Said one) {
    return all.stream()
        .filter(d -> d.service().equals(one.service()) && one.address().equals(d.backend()))
        .max(Comparator.comparingLong(DrainStatus::id));
  }

  private static String bar(DrainStatus now) {
    int done = now.found() == 0 ? BAR : (now.found() - now.toGo()) * BAR / now.found();
    return "[" + "#".repeat(done) + "-".repeat(BAR - done) + "]";
  }

  static String line(DrainStatus now) {
    String text =
        String.format(
            Locale.ROOT,
            "%s: %d of %d to go, %d moved, %d ended",
            now.backend(),
            now.toGo(),
            now.found(),
            now.moved(),
            now.ended());
    text += now.gone() > 0 ? ", " + now.gone() + " gone by themselves" : "";
    text += now.left() > 0 ? ", " + now.left() + " left since they are never silent" : "";
    text += now.failedMoves() > 0 ? ", " + now.failedMoves() + " moves failed" : "";
    return switch (now.state()) {
      case "running" -> text + String.format(Locale.ROOT, ", %.0f s", now.secondsToGo());
      case "done" -> text;
      default -> text + "; stopped";
    };
  }
}
