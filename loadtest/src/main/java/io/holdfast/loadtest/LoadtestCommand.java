package io.holdfast.loadtest;

import io.holdfast.loadtest.load.LoadOptions;
import io.holdfast.loadtest.load.LoadReport;
import io.holdfast.loadtest.load.LoadRun;
import io.holdfast.loadtest.load.ProgressLine;
import io.holdfast.loadtest.load.ReportText;
import io.holdfast.loadtest.units.Units;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast loadtest URL}: loads an echoing server and checks every echo. */
@Command(
    name = "loadtest",
    mixinStandardHelpOptions = true,
    description = {
      "Opens many WebSockets to a server that echoes, sends messages, and checks that every echo is identical and in order.",
      "Without --rate each connection keeps --inflight messages under way, as fast as echoes come (closed loop). "
          + "With --rate messages are due at fixed times, and latency counts from then, so a stall is seen in full (open loop)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Nothing was lost, wrong or failed; or all thresholds of a scenario hold.",
      "1:Something was; the summary says what.",
      "2:The command line is wrong."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  holdfast loadtest ws://127.0.0.1:9101/",
      "  holdfast loadtest ws://127.0.0.1:8080/ws --connections 4000 --rate 20000/s --duration 30s",
      "  holdfast loadtest ws://127.0.0.1:8080/ws --connections 200 --inflight 16 --size 64 --json",
      "  holdfast loadtest ws://127.0.0.1:8080/ws -c 50000 --ramp 2k/s --rate 0 --source 127.0.0.2,127.0.0.3",
      "  holdfast loadtest ws://127.0.0.1:8080/ws --size 4KiB --text --compress",
      "  holdfast loadtest ws://127.0.0.1:8080/ws --churn --connections 50 --duration 10s",
      "  holdfast loadtest ws://127.0.0.1:8080/ws --connections 200 --cpu-of $(pidof nginx | tr ' ' ,)",
      "  holdfast loadtest ws://127.0.0.1:8080/ --scenario spike --report spike.html",
      "  holdfast loadtest ws://127.0.0.1:8080/ --scenario ramp --times 0.1 --threshold message.p95=10ms"
    })
public final class LoadtestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClientFlags client;
  @Mixin private ScenarioFlags scenario;

  @Option(
      names = {"-c", "--connections"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Connections to open (default ${DEFAULT-VALUE}).")
  private int connections = 10;

  @Option(
      names = "--ramp",
      paramLabel = "RATE",
      converter = Units.RateConverter.class,
      description = "Connections to open per second (default: as fast as they open).")
  private @Nullable Double ramp;

  @Option(
      names = {"-r", "--rate"},
      paramLabel = "RATE",
      converter = Units.RateConverter.class,
      description = "Messages per second in total; 0 opens connections and sends nothing.")
  private @Nullable Double rate;

  @Option(
      names = "--inflight",
      paramLabel = "N",
      description = "Without --rate and --churn: messages under way per connection (default 1).")
  private @Nullable Integer inflight;

  @Option(
      names = "--churn",
      description = "Each connection carries one message, closes with 1000, and is opened anew.")
  private boolean churn;

  @Option(
      names = {"-s", "--size"},
      paramLabel = "SIZE",
      defaultValue = "64",
      converter = Units.SizeConverter.class,
      description =
          "Payload bytes per message, at least 16: 64, 16KiB, 1MiB (default ${DEFAULT-VALUE}).")
  private Integer size = 64;

  @Option(names = "--text", description = "Send text messages.")
  private boolean text;

  @Option(names = "--binary", description = "Send binary messages (the default).")
  private boolean binary;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = Units.DurationConverter.class,
      description = "Time to measure (default ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = Units.DurationConverter.class,
      description = "Time under load before measuring (default ${DEFAULT-VALUE}).")
  private Duration warmup = Duration.ofSeconds(1);

  @Option(
      names = "--drain",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = Units.DurationConverter.class,
      description =
          "Bound for the last echoes, and again for the close handshakes (default ${DEFAULT-VALUE}).")
  private Duration drain = Duration.ofSeconds(5);

  @Option(
      names = "--hold",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = Units.DurationConverter.class,
      description =
          "Time to keep the connections open and silent before they are closed (default ${DEFAULT-VALUE}).")
  private Duration hold = Duration.ZERO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Event loops (default ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--source",
      split = ",",
      paramLabel = "ADDRESS",
      converter = Units.AddressConverter.class,
      description = "Local addresses to connect from in turn; each gives some 28,000 ports.")
  private List<InetAddress> sources = List.of();

  @Option(
      names = "--cpu-of",
      split = ",",
      paramLabel = "PID",
      description =
          "Report the CPU time that these processes and their children use in the measured time.")
  private List<Long> cpuOf = List.of();

  @Option(names = "--json", description = "Print the summary as one line of JSON.")
  private boolean json;

  @Option(
      names = "--progress",
      negatable = true,
      description = "Show progress on standard error (default: when it is a terminal).")
  private @Nullable Boolean progress;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    String text = scenario.printed(spec.commandLine());
    if (text != null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      return 0;
    }
    boolean shown = progress == null ? TerminalProgress.wanted() : progress;
    LoadOptions options;
    try {
      if (scenario.given()) {
        CommandLine command = spec.commandLine();
        return scenario.run(command, client.dialOptions(command), sources, threads, json, shown);
      }
      options = options();
    } catch (UnknownHostException e) {
      err.println("holdfast loadtest: " + e.getMessage());
      return 1;
    }
    TerminalProgress terminal = new TerminalProgress(err);
    LoadRun run = new LoadRun(options, shown ? terminal : ProgressLine.SILENT);
    Interruption interruption = Interruption.install(run::stop);
    LoadReport report = run.run();
    if (shown) {
      terminal.clear();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.toJson() : ReportText.of(report));
    out.flush();
    interruption.done();
    return report.ok() ? 0 : 1;
  }

  private LoadOptions options() throws UnknownHostException {
    if (text && binary) {
      throw new ParameterException(spec.commandLine(), "--text and --binary exclude each other");
    }
    if (churn && rate != null) {
      throw new ParameterException(spec.commandLine(), "--churn and --rate exclude each other");
    }
    if (inflight != null && (churn || rate != null)) {
      throw new ParameterException(
          spec.commandLine(), "--inflight goes neither with --rate nor with --churn");
    }
    for (long pid : cpuOf) {
      if (ProcessHandle.of(pid).isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "--cpu-of: there is no process " + pid + " on this machine");
      }
    }
    try {
      return new LoadOptions(
          client.dialOptions(spec.commandLine()),
          connections,
          ramp == null ? 0 : ramp,
          pace(),
          size,
          text,
          warmup,
          duration,
          drain,
          hold,
          threads,
          sources,
          cpuOf);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private LoadOptions.Pace pace() {
    if (churn) {
      return new LoadOptions.Churn();
    }
    if (rate == null) {
      return new LoadOptions.Closed(inflight == null ? 1 : inflight);
    }
    return rate == 0 ? new LoadOptions.Idle() : new LoadOptions.Open(rate);
  }
}
