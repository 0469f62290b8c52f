package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.wire.DialOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One run of a scenario, from the first user to the result. */
public final class ScenarioRun {
  /** Descriptors that a process needs for other things than users. */
  private static final int OTHER_FILES = 256;

  private final Scenario scenario;
  private final DialOptions dial;
  private final Players players;

  private ScenarioRun(Scenario scenario, DialOptions dial, Players players) {
    this.scenario = scenario;
    this.dial = dial;
    this.players = players;
  }

  /**
   * In this process.
   *
   * @param sources local addresses to connect from, in turn; empty for the system's choice
   * @param threads event loops
   */
  public static ScenarioRun here(
      Scenario scenario, DialOptions dial, List<InetAddress> sources, int threads) {
    return new ScenarioRun(
        scenario, dial, new Play(scenario, dial, sources, newName(), 0, 1, threads));
  }

  /**
   * In worker processes.
   *
   * @param command that a worker is started by, to which {@code RUN:NUMBER:OF} is added
   * @throws IOException when they cannot be started
   */
  public static ScenarioRun apart(
      Scenario scenario, DialOptions dial, List<String> command, int workers)
      throws IOException, InterruptedException {
    String name = newName();
    List<List<String>> commands =
        IntStream.range(0, workers)
            .mapToObj(number -> {
              List<String> own = new ArrayList<>(command);
              own.add("%s:%d:%d".formatted(name, number, workers));
              return own;
            })
            .toList();
    return new ScenarioRun(scenario, dial, new Workers(commands));
  }

  private static String newName() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /** How many processes so many users need, where each has a bound of descriptors. */
  public static int workersFor(int users) {
    long files =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Integer.MAX_VALUE;
    return (int) Math.max(1, Math.ceilDiv((long) users, Math.max(1, files - OTHER_FILES)));
  }

  /**
   * Plays it; blocks.
   *
   * @param live where to show what goes on; null for nowhere
   */
  public Result run(@Nullable PrintWriter live) throws InterruptedException {
    List<Second> seconds = new ArrayList<>();
    LiveView view = live == null ? null : new LiveView(live, scenario);
    players.play(second -> {
      seconds.add(second);
      if (view != null) {
        view.show(second);
      }
    });
    if (view != null) {
      view.clear();
    }
    if (players instanceof Workers workers) {
      long failed = workers.failed();
      if (failed > 0 && !seconds.isEmpty()) {
        seconds.getLast().measures().error("worker_ended", failed);
      }
    }
    return Result.of(scenario, dial.url().text(), seconds);
  }

  /** Ends it now, in order; {@link #run} still has its result. From any thread. */
  public void stop() {
    players.stop();
  }

  /**
   * Is one of the worker processes of {@link #apart}: says that it is ready, waits for a line to
   * begin, and for another one, or the end of them, to stop.
   *
   * @param which {@code RUN:NUMBER:OF}
   */
  public static void work(
      Scenario scenario,
      DialOptions dial,
      List<InetAddress> sources,
      int threads,
      String which,
      BufferedReader in,
      PrintWriter out)
      throws IOException, InterruptedException {
    String[] parts = which.split(":", 3);
    int number = Integer.parseInt(parts[1]);
    int of = Integer.parseInt(parts[2]);
    Play play = new Play(scenario, dial, sources, parts[0], number, of, threads);
    say(out, Workers.READY);
    if (in.readLine() == null) {
      return;
    }
    Thread.ofPlatform().daemon().name("worker-stop").start(() -> stopAtNextLine(in, play));
    play.play(second -> say(out, second.toJson()));
  }

  private static void stopAtNextLine(BufferedReader in, Players play) {
    try {
      in.readLine();
    } catch (IOException e) {
      // Whoever would say so is gone.
    }
    play.stop();
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
