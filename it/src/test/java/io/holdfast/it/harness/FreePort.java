package io.holdfast.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port for what must be bound by number. */
public final class FreePort {
  // Below those that Linux gives to clients by default, who could take it before it is bound.
  private static final int FIRST = 10_000;
  private static final int COUNT = 20_000;

  /** Runs beside this one begin elsewhere. */
  private static final AtomicInteger next =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % COUNT));

  private FreePort() {}

  /** One that nobody listens at now, and that is given to nobody else in this process. */
  public static int take() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + next.getAndUpdate(last -> (last + 1) % COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no port is free from " + FIRST + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
