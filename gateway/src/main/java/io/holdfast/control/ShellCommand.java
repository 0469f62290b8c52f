package io.holdfast.control;

import io.holdfast.lifecycle.deploy.DeployFailed;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command that an operator has configured. Blocks.
 *
 * @param name for people; its text may hold secrets
 * @param text for the shell
 * @param environment more than the gateway's own
 * @param timeoutNanos it is killed after that, with all that it has started
 * @param output gets each line that it prints, in another thread
 */
record ShellCommand(
    String name,
    String text,
    Map<String, String> environment,
    long timeoutNanos,
    Consumer<String> output) {

  /**
   * Runs it to its end.
   *
   * @throws DeployFailed when it cannot be run, fails, or takes too long
   */
  void run() throws DeployFailed, InterruptedException {
    try (CommandOutput printed = CommandOutput.begin(output)) {
      run(printed);
    } catch (IOException e) {
      throw new DeployFailed(name + " cannot be run: " + e.getMessage());
    }
  }

  private void run(CommandOutput printed) throws IOException, DeployFailed, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", text)
            .redirectErrorStream(true)
            .redirectOutput(printed.target())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = false;
    try {
      ended = process.waitFor(timeoutNanos, TimeUnit.NANOSECONDS);
    } finally {
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    if (!ended) {
      throw new DeployFailed(name + " has not ended in " + timeoutNanos / 1_000_000_000 + " s");
    }
    if (process.exitValue() != 0) {
      throw new DeployFailed(name + " failed with exit code " + process.exitValue());
    }
  }
}
