package io.holdfast.it.harness;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A {@code redis-server} that keeps nothing on disk, on a port of 127.0.0.1. */
public final class RedisServer implements AutoCloseable {
  private final Child process;
  private final int port;

  private RedisServer(Child process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one, and returns when it serves. */
  public static RedisServer start() throws IOException {
    int port = FreePort.take();
    List<String> command =
        List.of(
            "redis-server",
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no");
    Child process = Child.start("redis", command, Map.of());
    process.log().await("Ready to accept connections");
    return new RedisServer(process, port);
  }

  /** Where it is. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.close();
  }
}
