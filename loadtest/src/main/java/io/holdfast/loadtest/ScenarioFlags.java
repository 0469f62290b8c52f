package io.holdfast.loadtest;

import io.holdfast.loadtest.scenario.HtmlReport;
import io.holdfast.loadtest.scenario.Result;
import io.holdfast.loadtest.scenario.ResultText;
import io.holdfast.loadtest.scenario.Scenario;
import io.holdfast.loadtest.scenario.ScenarioFile;
import io.holdfast.loadtest.scenario.ScenarioRun;
import io.holdfast.loadtest.scenario.Threshold;
import io.holdfast.loadtest.wire.DialOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code loadtest --scenario} takes, and does. */
final class ScenarioFlags {
  private static final List<String> OF_OTHER_LOADS =
      List.of(
          "--connections",
          "--ramp",
          "--rate",
          "--inflight",
          "--churn",
          "--size",
          "--text",
          "--binary",
          "--duration",
          "--warmup",
          "--drain",
          "--hold",
          "--cpu-of");

  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      description =
          "Play a scenario: ramp, stress, spike, soak, reconnect-storm, slow-readers, handshake-churn, or a file of YAML.")
  private @Nullable String scenario;

  @Option(
      names = "--print-scenario",
      help = true,
      paramLabel = "NAME",
      description = "Print one of those scenarios, to be changed, and do nothing else.")
  private @Nullable String print;

  @Option(
      names = "--threshold",
      paramLabel = "MEASURE=LIMIT",
      description =
          "A threshold in place of the scenario's, such as message.p95=20ms; may be repeated.")
  private List<String> thresholds = new ArrayList<>();

  @Option(
      names = "--times",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description = "Make all times of the scenario so many times as long.")
  private double times = 1;

  @Option(
      names = "--users",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description = "Make all numbers of users and rates so many times as large.")
  private double users = 1;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Processes that play users (default: as many as the bound of open files asks for).")
  private int workers;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the result of a scenario to one file of HTML, with charts.")
  private @Nullable Path report;

  @Option(names = "--worker", hidden = true)
  private @Nullable String worker;

  /** Whether a scenario is asked for. */
  boolean given() {
    return scenario != null;
  }

  /** The text of a scenario that is to be printed; null when none is. */
  @Nullable String printed(CommandLine command) {
    if (print == null) {
      return null;
    }
    if (!ScenarioFile.BUILT_IN.contains(print)) {
      throw new ParameterException(
          command,
          "--print-scenario: there is no scenario %s, but %s"
              .formatted(print, String.join(", ", ScenarioFile.BUILT_IN)));
    }
    return ScenarioFile.text(print);
  }

  /**
   * Plays it.
   *
   * @return the exit code
   */
  int run(
      CommandLine command,
      DialOptions dial,
      List<InetAddress> sources,
      int threads,
      boolean json,
      boolean live)
      throws InterruptedException {
    for (String other : OF_OTHER_LOADS) {
      if (command.getParseResult().hasMatchedOption(other)) {
        throw new ParameterException(command, other + " does not go with --scenario");
      }
    }
    Scenario played = scenario(command);
    PrintWriter out = command.getOut();
    PrintWriter err = command.getErr();
    try {
      if (worker != null) {
        work(played, dial, sources, threads, worker, out);
        return 0;
      }
      int needed = workers > 0 ? workers : ScenarioRun.workersFor(played.mostUsers());
      ScenarioRun run =
          needed == 1
              ? ScenarioRun.here(played, dial, sources, threads)
              : ScenarioRun.apart(played, dial, workerCommand(), needed);
      Interruption interruption = Interruption.install(run::stop);
      Result result = run.run(live ? err : null);
      out.println(json ? result.toJson() : ResultText.of(result));
      out.flush();
      if (report != null) {
        Files.writeString(report, HtmlReport.of(result, played, Instant.now()));
      }
      interruption.done();
      return result.ok() ? 0 : 1;
    } catch (IOException e) {
      err.println("holdfast loadtest: " + e.getMessage());
      return 1;
    }
  }

  private static void work(
      Scenario scenario,
      DialOptions dial,
      List<InetAddress> sources,
      int threads,
      String which,
      PrintWriter out)
      throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    // A terminal's Ctrl-C comes here as well, but it is for the first process to say what to do.
    Interruption interruption = Interruption.install(() -> {});
    ScenarioRun.work(scenario, dial, sources, threads, which, in, out);
    interruption.done();
  }

  private Scenario scenario(CommandLine command) {
    if (!(times > 0) || !(users > 0)) {
      throw new ParameterException(command, "--times and --users must be above 0");
    }
    if (workers < 0) {
      throw new ParameterException(
          command, "--workers is %d, but must be 1 or more".formatted(workers));
    }
    try {
      return ScenarioFile.load(String.valueOf(scenario))
          .scaled(times, users)
          .with(thresholds.stream().map(Threshold::of).toList());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()), e);
    }
  }

  /** The command of this process, for another that is one of its workers. */
  private static List<String> workerCommand() throws IOException {
    ProcessHandle.Info me = ProcessHandle.current().info();
    String[] arguments =
        me.arguments()
            .orElseThrow(() ->
                new IOException(
                    "--workers: this system does not tell how this process was started"));
    List<String> own = new ArrayList<>(List.of(me.command().orElseThrow()));
    own.addAll(List.of(arguments));
    own.add("--worker");
    return own;
  }
}
