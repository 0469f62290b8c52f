package io.holdfast.loadtest;

import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import io.holdfast.loadtest.units.Units;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast echo}: serves until it is interrupted. */
@Command(
    name = "echo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a WebSocket echo server, on one or more ports.",
      "Frames come back as they went: type and fragmentation kept, large frames from their first byte on. "
          + "Pings are answered, a Close is answered with its own code, permessage-deflate is accepted, "
          + "the first offered subprotocol is chosen. Plain HTTP requests get 200 and a line that names the port. "
          + "Every answer carries 'X-Backend: host:port'."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:An address cannot be bound.",
      "2:The command line is wrong.",
      "130, 143:Interrupted or terminated; clients got a Close with 1001."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  holdfast echo",
      "  holdfast echo --listen 127.0.0.1:9101,127.0.0.1:9102",
      "  holdfast echo --listen :9101 --no-compression --threads 1"
    })
public final class EchoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      split = ",",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9101",
      converter = Units.ListenConverter.class,
      description = "Addresses to listen on; port 0 takes a free one (default ${DEFAULT-VALUE}).")
  private List<InetSocketAddress> listen = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Event loops (default: one per core).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--no-compression", description = "Do not accept permessage-deflate.")
  private boolean noCompression;

  @Override
  public Integer call() throws InterruptedException {
    EchoServer server;
    try {
      server = EchoServer.start(new EchoOptions(listen, threads, !noCompression, null));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("holdfast echo: " + e.getMessage());
      return 1;
    }
    Thread hook = new Thread(server::close, "echo-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    for (InetSocketAddress address : server.addresses()) {
      String host = address.getAddress().getHostAddress();
      spec.commandLine()
          .getOut()
          .println(
              "echo listens on ws://"
                  + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                  + ":"
                  + address.getPort()
                  + "/");
    }
    spec.commandLine().getOut().flush();
    try {
      new CountDownLatch(1).await();
    } finally {
      server.close();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    return 0;
  }
}
