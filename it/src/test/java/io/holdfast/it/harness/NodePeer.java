package io.holdfast.it.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Node script of {@code it/peers} as a process. Scripts write a line for each thing that tests
 * wait for, a word first: {@code listening 40123}. Closing kills it.
 */
public final class NodePeer implements AutoCloseable {
  private final Child child;

  private NodePeer(Child child) {
    this.child = child;
  }

  /** Starts a script, such as {@code ws-server.js}. */
  public static NodePeer start(String script, String... args) throws IOException {
    return start(Map.of(), script, args);
  }

  /** As {@link #start(String, String...)}, with environment variables. */
  public static NodePeer start(Map<String, String> environment, String script, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add("node");
    command.add(Child.property("holdfast.peers") + "/" + script);
    command.addAll(List.of(args));
    return new NodePeer(Child.start(script.replaceAll("\\W", "-"), command, environment));
  }

  /** The process. */
  public Child process() {
    return child;
  }

  /** Waits for the first line that begins with {@code word}, and returns what follows it. */
  public String await(String word) {
    return await(word, 1);
  }

  /** Waits for the nth line that begins with {@code word}, and returns what follows it. */
  public String await(String word, int nth) {
    return child.log().await("^" + Pattern.quote(word) + "(?: (.*))?$", nth).group(1);
  }

  /** The port in its line {@code listening PORT}. */
  public int port() {
    return Integer.parseInt(await("listening"));
  }

  /** Writes a line to its standard input. */
  public void send(String line) throws IOException {
    child.send(line);
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError with its output, when its exit code is not 0
   */
  public void awaitSuccess() throws InterruptedException {
    int code = child.exitCode();
    if (code != 0) {
      throw new AssertionError("exit code " + code + ":\n" + child.log().tail());
    }
  }

  @Override
  public void close() {
    child.close();
  }
}
