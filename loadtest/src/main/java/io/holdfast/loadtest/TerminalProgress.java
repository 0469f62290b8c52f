package io.holdfast.loadtest;

import io.holdfast.loadtest.load.ProgressLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** One line that is written over and over. */
final class TerminalProgress implements ProgressLine {
  private static final int WIDTH = 24;

  private final PrintWriter err;

  TerminalProgress(PrintWriter err) {
    this.err = err;
  }

  /**
   * Whether standard error is a terminal, which it can be while standard output is not; false where
   * that cannot be told.
   */
  static boolean wanted() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void show(State state) {
    int full = (int) Math.round(state.done() * WIDTH);
    err.print(
        String.format(
            Locale.ROOT,
            "\r\u001b[K%-8s [%s%s] %,d open  %,.0f msg/s  %,d errors",
            state.phase(),
            "#".repeat(full),
            " ".repeat(WIDTH - full),
            state.open(),
            state.messagesPerSecond(),
            state.errors()));
    err.flush();
  }

  /** Takes the line away. */
  void clear() {
    err.print("\r\u001b[K");
    err.flush();
  }
}
