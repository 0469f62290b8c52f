package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that a test has started, with its log. Closing kills it and what it has started. */
public final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 40;

  private final Process process;
  private final ProcessLog log;

  private Child(Process process, ProcessLog log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a process; standard error goes to the log too. */
  public static Child start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new Child(process, new ProcessLog(name, process.pid(), process.inputReader(UTF_8)));
  }

  /**
   * As {@link #start}, for a process whose children write to its log when it has ended itself: the
   * JDK closes the pipes of a process with its end, but knows nothing of this one.
   */
  private static Child startWithHeirs(
      String name, List<String> command, Map<String, String> environment) throws IOException {
    Path folder = Files.createTempDirectory("holdfast-it");
    Path pipe = folder.resolve("output");
    try {
      new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
      // Whoever opens one end waits for the other.
      FutureTask<BufferedReader> reading = new FutureTask<>(() -> Files.newBufferedReader(pipe));
      Thread.ofVirtual().name("pipe of " + name).start(reading);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(pipe.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      return new Child(process, new ProcessLog(name, process.pid(), reading.get()));
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(pipe);
      Files.delete(folder);
    }
  }

  /** Starts {@code bin/holdfast} of the distribution. */
  public static Child holdfast(String name, Map<String, String> environment, List<String> args)
      throws IOException {
    return start(name, command(args), environment);
  }

  /** The same, at a terminal: each line of the log is what stood in one line of the screen. */
  static Child atTerminal(String name, Map<String, String> environment, List<String> args)
      throws IOException {
    String command = String.join(" ", command(args));
    return start(name, List.of("script", "-qfec", command, "/dev/null"), environment);
  }

  private static List<String> command(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(property("holdfast.home") + "/bin/holdfast");
    command.addAll(args);
    return command;
  }

  /** The same, with {@code run}: a gateway, which may hand over to another process. */
  static Child gateway(Map<String, String> environment, List<String> flags) throws IOException {
    List<String> args = new ArrayList<>(List.of("run"));
    args.addAll(flags);
    return startWithHeirs("gateway", command(args), environment);
  }

  static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  /** What it has written. */
  public ProcessLog log() {
    return log;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Writes a line to its standard input. */
  public void send(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** Sends a signal. */
  public void signal(Signal signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal.name(), Long.toString(pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("cannot send SIG" + signal + " to process " + pid());
    }
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError when it has not ended after 40 s
   */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + pid() + " does not end:\n" + log.tail());
    }
    log.awaitEnd();
    return process.exitValue();
  }

  /** How many file descriptors it has open. */
  public int openFiles() throws IOException {
    try (Stream<Path> files = Files.list(proc("fd"))) {
      return (int) files.count();
    }
  }

  /** Resident memory in bytes. */
  public long residentBytes() throws IOException {
    String line =
        Files.readAllLines(proc("status")).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(pid()), name);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
