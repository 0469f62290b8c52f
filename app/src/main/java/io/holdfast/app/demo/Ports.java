package io.holdfast.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds ports of the loopback address that nobody listens on. */
final class Ports {
  private static final int TRIES = 100;
  private static final int LAST = 65_535;

  private Ports() {}

  /**
   * The first free port from {@code wanted} on; any free one for 0.
   *
   * @throws IOException when there is none near it
   */
  static int freeFrom(int wanted) throws IOException {
    for (int port = wanted; port < wanted + TRIES && port <= LAST; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket.getLocalPort();
      } catch (IOException e) {
        if (wanted == 0) {
          throw e;
        }
      }
    }
    throw new IOException(
        "no port is free from %d on; choose another with --port".formatted(wanted));
  }
}
