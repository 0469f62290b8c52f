package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.control.DrainStatus;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
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
  private static final int BAR = 16;

  /** Has a terminal cut lines that are too long (DECAWM). */
  static final String CUT = "\u001b[?7l";

  /** Has it wrap them again. */
  static final String WRAP = "\u001b[?7h";

  /** Whoever ends in the middle of an answer is asked again. */
  private static final int MOST_MUTE = 4;

  /** With so many seconds to go a gateway may be gone at the next look. */
  private static final double ABOUT_OVER = 1;

  /**
   * Returns when the newest that {@code which} is true of is over.
   *
   * @return whether all was done, and nobody is left
   */
  boolean run(Predicate<DrainStatus> which)
      throws AdminException, IOException, InterruptedException {
    while (true) {
      DrainStatus now =
          newest(which)
              .orElseThrow(() -> new AdminException("The gateway knows nothing of it any more."));
      show(now);
      if (!runs(now)) {
        return isWhole(now);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /**
   * The same of the gateway's own drain, which may begin later; returns when it has ended.
   *
   * @return false when its drain was stopped instead, or it has ended in the middle
   * @throws IOException when it cannot be reached, though it may be there
   */
  boolean runToTheEnd(Predicate<DrainStatus> which)
      throws AdminException, IOException, InterruptedException {
    DrainStatus last = null;
    int mute = 0;
    while (true) {
      try {
        DrainStatus now = newest(which).orElse(null);
        mute = 0;
        if (now == null && last != null) {
          return ended(last); // another one answers at its address
        }
        if (now != null && (last == null || runs(last))) {
          show(now);
        }
        if (now != null && !runs(now) && !isWhole(now)) {
          return false;
        }
        last = now;
      } catch (ConnectException e) {
        return ended(last);
      } catch (IOException e) {
        if (++mute == MOST_MUTE) {
          throw e;
        }
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Nobody is there any more; it may have ended as it should since the last look. */
  private boolean ended(@Nullable DrainStatus last) {
    if (last == null || !runs(last) || last.secondsToGo() <= ABOUT_OVER) {
      out.println("the " + what + " has ended");
      return true;
    }
    out.println("the " + what + " is gone, with " + last.toGo() + " of " + last.found() + " to go");
    return false;
  }

  private Optional<DrainStatus> newest(Predicate<DrainStatus> which)
      throws AdminException, IOException, InterruptedException {
    return client.drains().stream().filter(which).max(Comparator.comparingLong(DrainStatus::id));
  }

  private void show(DrainStatus now) {
    if (isTerminal(System.console())) {
      // A line that the terminal has no room for is cut, lest each look begin a new one.
      out.print(
          runs(now)
              ? "\r" + CUT + bar(now) + " " + line(now) + WRAP + "\u001b[K"
              : "\r" + bar(now) + " " + line(now) + "\u001b[K\n");
      out.flush();
    } else if (!runs(now)) {
      out.println(line(now));
    }
  }

  private static boolean runs(DrainStatus now) {
    return now.state().equals("running");
  }

  private static boolean isWhole(DrainStatus now) {
    return now.state().equals("done") && now.left() == 0;
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
    some(text, now.gone(), " gone meanwhile");
    some(text, now.left(), " left where they are");
    text.append(now.failuresInWords());
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
