package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DeployStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** Shows a deploy step by step until it is over; on a terminal, how the present step stands too. */
record DeployWatch(AdminClient client, PrintWriter out, long id) {
  private static final long LOOK_MILLIS = 250;

  /**
   * Returns when it is over.
   *
   * @return whether it was done, not rolled back
   */
  boolean run() throws AdminException, IOException, InterruptedException {
    boolean terminal = Watch.isTerminal(System.console());
    int shown = 0;
    while (true) {
      DeployStatus now =
          client.deploys().stream()
              .filter(deploy -> deploy.id() == id)
              .findFirst()
              .orElseThrow(() -> new AdminException("The gateway knows nothing of it any more."));
      for (DeployStatus.Line line : now.log().subList(shown, now.log().size())) {
        LocalTime at = LocalTime.ofInstant(line.at(), ZoneId.systemDefault());
        out.println(
            (terminal ? "\r\u001b[K" : "")
                + at.truncatedTo(ChronoUnit.SECONDS)
                + " "
                + line.text());
      }
      shown = now.log().size();
      if (terminal && !now.over()) {
        String line = "         " + now.phase() + ": " + now.detail();
        out.print("\r\u001b[K" + Watch.CUT + line + Watch.WRAP);
      }
      out.flush();
      if (now.over()) {
        return now.phase().equals("done");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
