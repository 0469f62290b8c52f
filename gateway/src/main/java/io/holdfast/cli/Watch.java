package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DrainStatus;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a drain or a rebalancing until it is over: a bar on a terminal, else its
 * last line alone.
 *
 * @param what stands before each line
 */
record Watch(AdminClient client, PrintWriter out, String what) {
  private static final long LOOK_MILLIS = 250;
  private static final int BAR = 30;

  /**
   * Returns when the newest that {@code which} is true of is over.
   *
   * @return whether all was done, and nobody is left
   */
  boolean run(Predicate<DrainStatus> which)
      throws AdminException, IOException, InterruptedException {
    boolean terminal = isTerminal(System.console());
    while (true) {
      Optional<DrainStatus> found =
          client.drains().stream().filter(which).max(Comparator.comparingLong(DrainStatus::id));
      if (found.isEmpty()) {
        throw new AdminException("The gateway knows nothing of it any more.");
      }
      DrainStatus now = found.get();
      boolean over = !now.state().equals("running");
      if (terminal) {
        out.print("\r" + bar(now) + " " + line(now) + "\u001b[K" + (over ? "\n" : ""));
        out.flush();
      } else if (over) {
        out.println(line(now));
      }
      if (over) {
        return now.state().equals("done") && now.left() == 0;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** The same of the gateway's own drain, which may begin later; returns when it has ended. */
  void runToTheEnd(Predicate<DrainStatus> which) throws AdminException, InterruptedException {
    try {
      while (client.drains().stream().noneMatch(which)) {
        Thread.sleep(LOOK_MILLIS);
      }
      run(which);
      while (true) {
        client.drains();
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (IOException e) {
      out.println("the " + what + " has ended");
    }
  }

  static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static String bar(DrainStatus now) {
    int done = now.found() == 0 ? BAR : (now.found() - now.toGo()) * BAR / now.found();
    return "[" + "#".repeat(done) + "-".repeat(BAR - done) + "]";
  }

  private String line(DrainStatus now) {
    StringBuilder text = new StringBuilder(what).append(": ");
    text.append(now.toGo()).append(" of ").append(now.found()).append(" to go");
    text.append(", ").append(now.moved()).append(" moved");
    text.append(", ").append(now.ended()).append(" ended");
    some(text, now.gone(), " gone by themselves");
    some(text, now.left(), " left where they are");
    some(text, now.failedMoves(), " moves failed");
    return switch (now.state()) {
      case "running" -> text + String.format(Locale.ROOT, ", %.0f s", now.secondsToGo());
      case "done" -> text.toString();
      default -> text + "; stopped";
    };
  }

  private static void some(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(what);
    }
  }
}
