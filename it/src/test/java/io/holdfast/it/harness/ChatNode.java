package io.holdfast.it.harness;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code holdfast chat} as a process on a free port of 127.0.0.1. */
public final class ChatNode implements AutoCloseable {
  private final Child process;
  private final String port;

  private ChatNode(Child process, String port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one, with these variables and what a test needs, and returns when it listens. */
  public static ChatNode start(String name, Map<String, String> more) throws IOException {
    Map<String, String> environment =
        new HashMap<>(
            Map.of("HOST", "127.0.0.1", "PORT", "0", "NODE_NAME", name, "SHUTDOWN_TIMEOUT", "500"));
    environment.putAll(more);
    Child process = Child.holdfast(name, environment, List.of("chat"));
    try {
      String line = "chat listens on ws://127.0.0.1:(\\d+)/ws/chat/ID as " + name;
      return new ChatNode(process, process.log().await(line).group(1));
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
  }

  /** The process. */
  public Child process() {
    return process;
  }

  /** As gateways have it. */
  public String backend() {
    return "ws://127.0.0.1:" + port;
  }

  /** Where browsers and Socket.IO go. */
  public String http() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
  }
}
