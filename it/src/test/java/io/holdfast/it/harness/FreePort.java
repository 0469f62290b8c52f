package io.holdfast.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port for what must be bound by number. */
public final class FreePort {
  private FreePort() {}

  /** One that nobody listens at now. */
  public static int take() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
