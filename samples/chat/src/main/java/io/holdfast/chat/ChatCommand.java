package io.holdfast.chat;

import io.holdfast.chat.observe.Logs;
import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.redis.RedisRoomStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast chat}: a chat server, until a signal ends it. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a chat server, to try a gateway with or to copy from.",
      "",
      "Clients talk JSON over WebSockets at /ws/chat/ID, where ID is what the client calls its connection, or over"
          + " Socket.IO in the namespace /chat. There are /health, /metric (the number of connections) and /metrics"
          + " besides."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:The address cannot be bound, or a variable is wrong.",
      "2:The command line is wrong.",
      "130, 143:Interrupted or terminated; clients got a goodbye and a Close with 1001."
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  HOST (0.0.0.0), PORT (3001)      where to listen",
      "  NODE_NAME (chat-PORT)            what clients are told that serves them",
      "  MAX_CONNECTIONS (10000)          beyond these, 503",
      "  MAX_MESSAGE_SIZE (16384)         bytes; larger ones are closed with 1009",
      "  HEARTBEAT_INTERVAL (30000)       ms; WEBSOCKET_HEARTBEAT_INTERVAL is the same, and wins",
      "  CONNECTION_TIMEOUT (300000)      ms without a message or heartbeat_ack that end a connection",
      "  WEBSOCKET_PING_INTERVAL (25000)  ms",
      "  WEBSOCKET_PING_TIMEOUT (60000)   ms without a byte that end a connection",
      "  SHUTDOWN_TIMEOUT (10000)         ms that a stop takes at most",
      "  JWT_SECRET                       of tokens by HS256: without a valid one, 401",
      "  JWT_PUBLIC_KEY_FILE              the same for RS256 and ES256: a PEM file",
      "  JWT_ISSUER                       that tokens must be of",
      "  WIDGET_MODE (false)              true: clients without a token may do less, in place of 401",
      "  REDIS_URL                        redis://[[USER]:PASSWORD@]HOST[:PORT]: nodes with the same share their",
      "                                   rooms; each needs a NODE_NAME of its own",
      "  CORS_ORIGIN                      where pages elsewhere that use Socket.IO are from",
      "  LOG_LEVEL (info)                 debug, info, warn or error",
      "  LOG_DIR                          for chat.log, a file a day for 14 days, and error.log, for 30; else logs",
      "                                   go to standard error. A line of JSON each",
      "  METRICS_TOKEN                    lets who knows it read /metrics from other machines",
      "",
      "Examples:",
      "  holdfast chat --port 3001",
      "  holdfast connect ws://127.0.0.1:3001/ws/chat/me"
    })
public final class ChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen, in place of HOST.")
  private @Nullable String host;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "Where to listen, in place of PORT; 0 takes any free one.")
  private @Nullable Integer port;

  /** Made by picocli. */
  public ChatCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    ChatServer server;
    try {
      Settings settings = settings();
      Logs.start(settings.logLevel(), settings.logFolder());
      server = ChatServer.start(settings, store(settings));
    } catch (IOException | IllegalArgumentException e) {
      spec.commandLine().getErr().println("holdfast chat: " + e.getMessage());
      return 1;
    }
    Thread hook = new Thread(() -> stop(server), "chat-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    InetSocketAddress address = server.address();
    spec.commandLine()
        .getOut()
        .printf(
            "chat listens on ws://%s:%d/ws/chat/ID as %s%n",
            address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress(),
            address.getPort(),
            server.name());
    spec.commandLine().getOut().flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private static RoomStore store(Settings settings) {
    InstantSource clock = InstantSource.system();
    // Two connections need no more than epoll, and it warns for each that it has a choice.
    System.setProperty("io.lettuce.core.iouring", "false");
    return settings.redis() == null
        ? new MemoryRoomStore(clock)
        : RedisRoomStore.connect(settings.redis(), settings.name(), clock);
  }

  private Settings settings() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (host != null) {
      environment.put("HOST", host);
    }
    if (port != null) {
      environment.put("PORT", Integer.toString(port));
    }
    return Settings.of(environment);
  }

  private static void stop(ChatServer server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Logs.stop();
  }
}
