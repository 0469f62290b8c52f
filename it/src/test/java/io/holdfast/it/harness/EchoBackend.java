package io.holdfast.it.harness;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code holdfast echo} as a process of its own, so that it can be killed. Closing kills it. */
public final class EchoBackend implements AutoCloseable {
  private final Child child;
  private final int port;

  private EchoBackend(Child child, int port) {
    this.child = child;
    this.port = port;
  }

  /** Starts one on a free port of 127.0.0.1. */
  public static EchoBackend start() throws IOException {
    return start(0);
  }

  /** Starts one on this port of 127.0.0.1. */
  public static EchoBackend start(int port) throws IOException {
    Child child =
        Child.holdfast(
            "echo",
            Map.of("HOLDFAST_JAVA_OPTS", "-Xmx128m"),
            List.of("echo", "--listen", "127.0.0.1:" + port));
    try {
      String bound = child.log().await("echo listens on \\S+:(\\d+)/").group(1);
      return new EchoBackend(child, Integer.parseInt(bound));
    } catch (AssertionError e) {
      child.close();
      throw e;
    }
  }

  /** The process. */
  public Child process() {
    return child;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Its address, as a backend of a service. */
  public String url() {
    return "ws://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    child.close();
  }
}
