package io.holdfast.app.demo;

import io.holdfast.chat.ChatServer;
import io.holdfast.chat.Settings;
import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is behind the demo's gateway, each on a free port of the loopback address: nodes of a chat
 * that share their rooms, and an echo. Any thread may call.
 */
final class DemoBackends implements AutoCloseable {
  private final List<ChatServer> nodes = new ArrayList<>();
  private final EchoServer echo;

  private DemoBackends(EchoServer echo) {
    this.echo = echo;
  }

  /**
   * Starts them all.
   *
   * @param names of the nodes
   * @throws IOException when no port can be bound
   */
  static DemoBackends start(List<String> names) throws IOException {
    DemoBackends backends = new DemoBackends(EchoServer.start(EchoOptions.loopback(1)));
    RoomStore rooms = new MemoryRoomStore(InstantSource.system());
    try {
      for (String name : names) {
        Map<String, String> environment =
            Map.of("HOST", "127.0.0.1", "PORT", "0", "NODE_NAME", name);
        backends.nodes.add(ChatServer.start(Settings.of(environment), rooms));
      }
    } catch (IOException e) {
      backends.close();
      throw e;
    }
    return backends;
  }

  /** The nodes, in the order of their names. */
  List<ChatServer> nodes() {
    return List.copyOf(nodes);
  }

  /** The port of the echo. */
  int echoPort() {
    return echo.port();
  }

  /** Stops at once. */
  @Override
  public void close() {
    nodes.forEach(ChatServer::close);
    echo.close();
  }
}
