package io.holdfast.control;

import io.holdfast.lifecycle.deploy.DeployFailed;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command that an operator has configured. Blocks.
 *
 * @param text for the shell
 * @param environment more than the gateway's own
 * @param timeoutNanos it is killed after that, with all that it has started
 * @param output gets each line that it prints, in another thread, also of what it leaves running
 */
record ShellCommand(
    String text, Map<String, String> environment, long timeoutNanos, Consumer<String> output) {
  /** What was printed last is worth a moment. */
  private static final long LAST_WORDS_MILLIS = 200;

  /**
   * Runs it to its end.
   *
   * @throws DeployFailed when it cannot be run, fails, or takes too long
   */
  void run() throws DeployFailed, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", text)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new DeployFailed("\"" + text + "\" cannot be run: " + e.getMessage());
    }
    // What it leaves running may hold its output open for ever.
    Thread reader = Thread.ofVirtual().name("command-output").start(() -> read(process));
    boolean ended = false;
    try {
      ended = process.waitFor(timeoutNanos, TimeUnit.NANOSECONDS);
    } finally {
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    reader.join(LAST_WORDS_MILLIS);
    if (!ended) {
      throw new DeployFailed(
          "\"" + text + "\" has not ended in " + timeoutNanos / 1_000_000_000 + " s");
    }
    if (process.exitValue() != 0) {
      throw new DeployFailed("\"" + text + "\" failed with exit code " + process.exitValue());
    }
  }

  private void read(Process process) {
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(output);
    } catch (IOException | java.io.UncheckedIOException e) {
      output.accept("(no more of its output: " + e.getMessage() + ")");
    }
  }
}
