package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DrainStatus;
import io.holdfast.control.OverrideOutcome;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast drain}. */
@Command(
    name = "drain",
    description = {
      "Gives a backend, or a group of them, no new work, and moves (migration: live) or ends the relays it has, at its"
          + " service's pace (drain).",
      "It stays so until holdfast clear or up, over reloads, and over restarts with a state folder."
    },
    exitCodeList = {
      "0:It is said; with --wait, the drain is over, and none of its relays are left.",
      "1:The gateway has no such backend, or refused the call; with --wait also: relays are left"
          + " where they are, the drain was stopped, or the gateway was gone in the middle of it.",
      "2:The command line is wrong.",
      "3:The gateway cannot be reached."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast drain ws://10.0.0.1:8000",
      "  holdfast drain 10.0.0.1:8000 --rate 200 --wait",
      "  holdfast drain 10.0.0.1:8000 --cancel",
      "  holdfast drain 10.0.0.1:8000 --service chat --soft",
      "  holdfast drain --service chat --group blue --deadline 60 --wait",
      "  holdfast drain --gateway --rate 100",
      "  holdfast drain --gateway --cancel"
    })
public final class DrainCommand extends OverrideCommand {
  @Option(
      names = "--gateway",
      description =
          "In place of a backend: the whole gateway, as SIGTERM does. It is not ready from then on,"
              + " closes its listeners, ends its relays at the pace, and exits.")
  private boolean gateway;

  @Option(
      names = "--soft",
      description =
          "Only take no new clients: relays stay, and clients that were promised it come back.")
  private boolean soft;

  @Option(
      names = "--cancel",
      description =
          "Stop a drain where it stands: the relays that are still there stay, and the backend gets"
              + " no new work (as by holdfast down) until holdfast clear or up. A gateway takes new clients"
              + " again, at the same addresses; that is refused once nobody is left, a signal has told"
              + " it to end, or another process has taken over.")
  private boolean cancel;

  @Mixin private PaceFlags pace = new PaceFlags();

  @Option(
      names = "--wait",
      description =
          "Show the progress, and return when it is over (--gateway: when the gateway has ended).")
  private boolean waits;

  /** Made by picocli. */
  public DrainCommand() {}

  @Override
  String word() {
    return cancel ? "down" : soft ? "soft_drain" : "drain";
  }

  @Override
  String more() {
    return cancel ? "&cancel=true" : pace.query();
  }

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    if (!gateway) {
      return super.ask(client);
    }
    if (!namesNothing() || soft) {
      throw mistake("--gateway goes with --rate, --deadline, --wait and --cancel alone");
    }
    checkTogether();
    if (cancel) {
      client.shutdown("&cancel=true");
      out().println("the gateway drains no more, and is ready for clients");
      return ExitCodes.FINE;
    }
    long before =
        client.drains().stream()
            .filter(d -> d.service().isEmpty() && !d.state().equals("running"))
            .mapToLong(DrainStatus::id)
            .max()
            .orElse(0);
    client.shutdown(pace.query());
    out().println("the gateway drains, and ends then");
    out().flush();
    return !waits
            || new Watch(client, out(), "gateway")
                .runToTheEnd(d -> d.service().isEmpty() && d.id() > before)
        ? ExitCodes.FINE
        : ExitCodes.FAILED;
  }

  @Override
  void check() {
    super.check();
    checkTogether();
  }

  private void checkTogether() {
    if (cancel && (soft || waits || pace.given())) {
      throw mistake("--cancel stands alone; expected no --soft, --wait, --rate or --deadline");
    }
    if (soft && (waits || pace.given())) {
      throw mistake("--soft moves and ends nothing; expected no --wait, --rate or --deadline");
    }
    pace.check(this);
  }

  @Override
  int after(AdminClient client, OverrideOutcome said)
      throws AdminException, IOException, InterruptedException {
    if (!waits) {
      return ExitCodes.FINE;
    }
    String group = group();
    if (group != null) {
      String service = said.backends().getFirst().service();
      return new Watch(client, out(), "group " + group)
              .run(d -> d.service().equals(service) && group.equals(d.group()))
          ? ExitCodes.FINE
          : ExitCodes.FAILED;
    }
    boolean whole = true;
    for (OverrideOutcome.Said one : said.backends()) {
      whole &=
          new Watch(client, out(), one.address())
              .run(d -> d.service().equals(one.service()) && one.address().equals(d.backend()));
    }
    return whole ? ExitCodes.FINE : ExitCodes.FAILED;
  }
}
