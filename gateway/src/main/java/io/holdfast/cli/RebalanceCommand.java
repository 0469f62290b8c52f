package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast rebalance}. */
@Command(
    name = "rebalance",
    mixinStandardHelpOptions = true,
    description = {
      "Spreads a service's relays anew: moves (migration: live) or ends what its fullest backends"
          + " have more than their weights entitle them to, until the spread is within the service's"
          + " tolerance (rebalance)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It has begun; with --wait, it is over, and all were moved or ended that were to be.",
      "1:There is no such service, it chooses by a key, or the gateway refused the call; with"
          + " --wait also: relays that were to go are left where they are, or it was stopped.",
      "2:The command line is wrong.",
      "3:The gateway cannot be reached."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast rebalance chat",
      "  holdfast rebalance chat --rate 100 --wait",
      "  holdfast rebalance chat --cancel"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class RebalanceCommand extends AdminCommand {
  @Parameters(paramLabel = "SERVICE", description = "Its name.")
  private String service;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Relays a second (default: the service's).")
  private @Nullable Double rate;

  @Option(names = "--wait", description = "Show the progress, and return when it is over.")
  private boolean waits;

  @Option(names = "--cancel", description = "Stop one where it stands.")
  private boolean cancel;

  /** Made by picocli. */
  public RebalanceCommand() {}

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    if (cancel && (waits || rate != null)) {
      throw mistake("--cancel stands alone; expected no --wait or --rate");
    }
    if (!PaceFlags.isSendable(rate)) {
      throw mistake("--rate must be from 0.001 to 999999.999");
    }
    String more =
        cancel
            ? "&cancel=true"
            : rate == null ? "" : String.format(Locale.ROOT, "&rate=%.3f", rate);
    client.rebalance(service, more);
    out().println("service " + service + ": rebalance " + (cancel ? "stopped" : "begun"));
    out().flush();
    if (!waits) {
      return ExitCodes.FINE;
    }
    Watch watch = new Watch(client, out(), "service " + service);
    return watch.run(
            d -> d.service().equals(service) && d.why().equals("rebalance") && d.group() == null)
        ? ExitCodes.FINE
        : ExitCodes.FAILED;
  }
}
