package io.holdfast.it.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that connect, shake hands, send a message, read its echo, close, and begin again, all the
 * time; and what has gone wrong in that.
 */
public final class ShortConnections implements AutoCloseable {
  private final int port;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean stopped;

  private ShortConnections(int port) {
    this.port = port;
  }

  /** Starts so many clients of an echo service at a port of 127.0.0.1. */
  public static ShortConnections to(int port, int clients) {
    ShortConnections all = new ShortConnections(port);
    for (int i = 0; i < clients; i++) {
      all.threads.add(Thread.ofVirtual().name("short").start(all::run));
    }
    return all;
  }

  private void run() {
    for (int i = 0; !stopped; i++) {
      try (RawClient client = RawClient.webSocket(port, "/")) {
        String text = "message " + i;
        client.write(RawFrame.text(text));
        String echo = client.readFrame().text();
        client.write(RawFrame.close(1000, ""));
        int code = client.readClose().closeCode();
        if (!echo.equals(text) || code != 1000) {
          failures.add("echo " + echo + " of " + text + ", close code " + code);
        }
      } catch (IOException | AssertionError e) {
        failures.add("connection " + i + ": " + e);
      }
      done.incrementAndGet();
    }
  }

  /** How many connections have been made and closed so far. */
  public int done() {
    return done.get();
  }

  /** What went wrong, such as a connection that was refused. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** Stops when each connection is closed. */
  public void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() {
    stopped = true;
  }
}
