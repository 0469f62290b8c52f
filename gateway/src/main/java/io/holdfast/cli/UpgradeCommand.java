package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.admin.Successor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast upgrade}: a new process takes a running gateway's place. */
@Command(
    name = "upgrade",
    description = {
      "Has a running gateway start itself anew, by the path and with the arguments it was started with: a newer version"
          + " if one is there now. The new process takes the same addresses, and no connection is refused; the old one"
          + " then ends its relays at a pace (shutdown), so that clients come back to the new one, and exits.",
      "When the new process does not come up, the old one goes on as it was."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The new process has taken over.",
      "1:It has not, and the old one goes on; with --wait also: the old one was gone in the middle of"
          + " its drain.",
      "2:The command line is wrong.",
      "3:The gateway cannot be reached."
    },
    footer = {"", "Examples:", "  holdfast upgrade", "  holdfast upgrade --rate 200 --wait"})
public final class UpgradeCommand extends AdminCommand {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long BETWEEN_TRIES_MILLIS = 20;

  @Mixin private PaceFlags pace = new PaceFlags();

  @Option(
      names = "--wait",
      description = "Show how the old process drains, and return when it has ended.")
  private boolean waits;

  /** Made by picocli. */
  public UpgradeCommand() {}

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    pace.check(this);
    Successor successor = client.upgrade(pace.query());
    out().println("process " + successor.pid() + " has taken over; the old one drains");
    out().flush();
    awaitAnswer(client);
    if (waits && successor.asidePort() != 0) {
      try (AdminClient before = client.atPort(successor.asidePort())) {
        return new Watch(before, out(), "old process")
                .runToTheEnd(d ->
                    // Before the upgrade an operator may have stopped some; this one nobody can.
                    d.service().isEmpty() && !d.state().equals("stopped"))
            ? ExitCodes.FINE
            : ExitCodes.FAILED;
      }
    }
    return ExitCodes.FINE;
  }

  /** For some milliseconds nobody listens there. */
  private static void awaitAnswer(AdminClient client) throws AdminException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (System.nanoTime() - deadline < 0) {
      try {
        client.drains();
        return;
      } catch (IOException e) {
        Thread.sleep(BETWEEN_TRIES_MILLIS);
      }
    }
  }
}
