package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.ReloadOutcome;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code holdfast reload}: has a running gateway read its configuration again. */
@Command(
    name = "reload",
    description = {
      "Has a running gateway read its configuration again, all or nothing.",
      "Live relays are not touched unless their own backend or route is gone."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The new configuration is in force.",
      "1:The gateway refused it, or the call; the old configuration stays in force.",
      "2:The command line is wrong.",
      "3:The gateway cannot be reached."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast reload",
      "  HOLDFAST_ADMIN_TOKEN=... holdfast reload --admin http://10.0.0.5:9900"
    })
public final class ReloadCommand extends AdminCommand {

  /** Made by picocli. */
  public ReloadCommand() {}

  @Override
  int ask(AdminClient client) throws AdminException, IOException, InterruptedException {
    return report(client.reload());
  }

  private int report(ReloadOutcome outcome) {
    return switch (outcome) {
      case ReloadOutcome.Applied applied -> {
        applied.changes().forEach(out()::println);
        out().println(applied.changes().isEmpty() ? "Reloaded; nothing changed." : "Reloaded.");
        yield ExitCodes.FINE;
      }
      case ReloadOutcome.Refused refused -> {
        refused.errors().forEach(error -> err().println(error.sentence()));
        err().println("The configuration was refused; the old one stays in force.");
        yield ExitCodes.FAILED;
      }
    };
  }
}
