package io.holdfast.cli;

import io.holdfast.Launcher;
import io.holdfast.admin.NotNow;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts {@code holdfast run} as this process was started: by the same path, which may lead to a
 * newer version by now, with the same arguments, environment, folder and output. What it starts is
 * nobody's to choose, so that the admin API starts nothing else.
 *
 * @param path of {@code bin/holdfast} as it was called; null when it was not
 * @param pid this process's own
 * @param args this process's own, {@code run} first
 */
record OwnLauncher(@Nullable String path, long pid, List<String> args) implements Launcher {
  private static final String FLAG = "--take-over";
  private static final String FROM = "--take-over-from";

  /** Of this process. */
  static OwnLauncher of(List<String> args) {
    return new OwnLauncher(
        System.getProperty("holdfast.launcher"), ProcessHandle.current().pid(), args);
  }

  @Override
  public Process start(URI admin) throws NotNow, IOException {
    return new ProcessBuilder(command(admin)).inheritIO().start();
  }

  List<String> command(URI admin) throws NotNow {
    if (path == null) {
      throw new NotNow("This gateway was not started by bin/holdfast.");
    }
    if (pid == 1) {
      throw new NotNow(
          "This gateway is process 1 of its container, which ends with it; start another container,"
              + " and then drain this one (holdfast drain --gateway).");
    }
    List<String> command = new ArrayList<>(List.of(path, args.getFirst(), FROM, admin.toString()));
    // This process may have taken over itself.
    boolean value = false;
    for (String arg : args.subList(1, args.size())) {
      if (!value && !arg.equals(FLAG) && !arg.equals(FROM) && !arg.startsWith(FROM + "=")) {
        command.add(arg);
      }
      value = arg.equals(FROM);
    }
    return command;
  }
}
