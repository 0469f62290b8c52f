package io.holdfast.loadtest;

import io.holdfast.loadtest.connect.ConnectOptions;
import io.holdfast.loadtest.connect.ConnectSession;
import io.holdfast.loadtest.units.Units;
import io.holdfast.loadtest.wire.CloseCodes;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast connect URL}: a WebSocket client for people and scripts. */
@Command(
    name = "connect",
    mixinStandardHelpOptions = true,
    description = {
      "Opens a WebSocket, to talk by hand or from a script.",
      "Lines of standard input become messages; every message, ping, pong and the close is "
          + "printed as a line 'TYPE PAYLOAD' (text as it is, binary in hex, control characters escaped, fragments joined). "
          + "Everything else goes to standard error after a '#'.",
      "Lines '/ping [TEXT]' and '/close [CODE [REASON]]' are commands; start a line with '//' to send one slash.",
      "At the end of the input the connection is closed with 1000 once nothing was received for the --linger time; "
          + "with --wait or --count those decide instead."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Closed normally: 1000, 1001 or no code.",
      "1:The connect or the handshake failed.",
      "2:The command line is wrong.",
      "3:Closed abnormally (another code, or 1006: no Close), or before --count messages came.",
      "130:Interrupted; the server got a Close with 1000."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  holdfast connect ws://127.0.0.1:9101/",
      "  echo hello | holdfast connect ws://127.0.0.1:9101/",
      "  holdfast connect wss://chat.example.com/ws --subprotocol chat -H 'Authorization: Bearer abc'",
      "  holdfast connect wss://chat.example.com/ws --compress",
      "  holdfast connect ws://127.0.0.1:9101/feed --count 3 --wait 10s --timestamps"
    })
public final class ConnectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClientFlags client;

  @Option(names = "--binary", description = "Send lines as binary messages.")
  private boolean binary;

  @Option(names = "--raw", description = "No commands: every line is a message.")
  private boolean raw;

  @Option(names = "--timestamps", description = "Start every line with the time (UTC).")
  private boolean timestamps;

  @Option(
      names = "--ping",
      paramLabel = "DURATION",
      converter = Units.DurationConverter.class,
      description = "Send a Ping this often (default: never).")
  private @Nullable Duration ping;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = Units.DurationConverter.class,
      description = "Close with 1000 after this time, whatever the input does.")
  private @Nullable Duration wait;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Close with 1000 after N messages, whatever the input does.")
  private @Nullable Integer count;

  @Option(
      names = "--linger",
      paramLabel = "DURATION",
      defaultValue = "500ms",
      converter = Units.DurationConverter.class,
      description = "Silence to wait for after the end of the input (default ${DEFAULT-VALUE}).")
  private Duration linger = Duration.ofMillis(500);

  private final BufferedReader input;

  /** Reads standard input. */
  public ConnectCommand() {
    this(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
  }

  /** Reads {@code input} instead. */
  public ConnectCommand(BufferedReader input) {
    this.input = input;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Units.requirePositive(spec.commandLine(), "--ping", ping);
    if (count != null && count < 1) {
      throw new ParameterException(
          spec.commandLine(), "--count is " + count + "; expected at least 1");
    }
    ConnectOptions options =
        new ConnectOptions(binary, raw, timestamps, ping, wait, count == null ? 0 : count, linger);
    ConnectSession session;
    try {
      session = new ConnectSession(client.dialOptions(spec.commandLine()), options, out, err);
    } catch (UnknownHostException e) {
      err.println("holdfast connect: " + e.getMessage());
      return 1;
    }
    Thread hook = new Thread(session::interrupt, "connect-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (session) {
      return switch (session.run(input)) {
        case ConnectSession.NotConnected(String message) -> {
          err.println("holdfast connect: " + message);
          yield 1;
        }
        case ConnectSession.Closed(int code, String _, int received) ->
            isNormal(code) && received >= options.count() ? 0 : 3;
      };
    } finally {
      unhook(hook);
    }
  }

  private static boolean isNormal(int code) {
    return code == CloseCodes.NORMAL
        || code == CloseCodes.GOING_AWAY
        || code == CloseCodes.NO_STATUS;
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is stopping, and the hook is what closed the session.
    }
  }
}
