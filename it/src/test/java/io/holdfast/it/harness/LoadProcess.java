package io.holdfast.it.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast loadtest} as a process of its own, with file descriptors of its own. */
public final class LoadProcess implements AutoCloseable {
  private final Child child;

  private LoadProcess(Child child) {
    this.child = child;
  }

  /** Starts one; {@code flags} are those of the command. */
  public static LoadProcess start(String url, String... flags) throws IOException {
    List<String> args = new ArrayList<>(List.of("loadtest", url, "--json", "--no-progress"));
    args.addAll(List.of(flags));
    return new LoadProcess(
        Child.holdfast("loadtest", Map.of("HOLDFAST_JAVA_OPTS", "-Xmx512m"), args));
  }

  /** Ends the load before its time; what is under way is waited for. */
  public void stop() throws IOException, InterruptedException {
    child.signal(Signal.INT);
  }

  /** Waits for the end, and returns the summary. */
  public JsonNode report() throws InterruptedException {
    child.exitCode();
    return JsonMapper.shared().readTree(child.log().await("^\\{.*}$").group());
  }

  /** The process. */
  public Child process() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }
}
