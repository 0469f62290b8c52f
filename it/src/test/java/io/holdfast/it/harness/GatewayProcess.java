package io.holdfast.it.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running gateway of the distribution, on ports that the kernel chose, with leak detection at
 * paranoid. {@link #close()} ends it, and fails the test when the log shows a leaked buffer or a
 * stack trace.
 *
 * <p>Bind listeners to {@code 127.0.0.1:0}. The admin listener is on a free port unless the test
 * says otherwise; a SIGTERM drains within a second unless flags say otherwise ({@code
 * --set=shutdown.deadline=10s}).
 */
public final class GatewayProcess implements AutoCloseable {
  private static final Map<String, String> SMALL = Map.of("HOLDFAST_JAVA_OPTS", "-Xmx64m");

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "HOLDFAST_ADMIN_BIND", "127.0.0.1:0",
          "HOLDFAST_SHUTDOWN_READINESS_DELAY", "off",
          "HOLDFAST_SHUTDOWN_DEADLINE", "1s",
          "HOLDFAST_JAVA_OPTS",
              "-Xmx256m -Dio.netty.leakDetection.level=paranoid"
                  + " -Dio.netty.leakDetection.targetRecords=16");

  private static final Pattern TRACE = Pattern.compile("^\\s+at [\\w.$/<>@]+\\(.*\\)");
  private static final Pattern TAKEN_OVER = Pattern.compile("^process (\\d+) has taken over");
  private static final Pattern METRIC = Pattern.compile("^(\\w+(?:\\{.*})?) (\\S+)$");
  private static final int EMPTY_REQUESTS = 40;

  private final Child child;
  private final @Nullable Path config;

  /** After an upgrade. It writes to the same log. */
  private @Nullable ProcessHandle successor;

  private final HttpClient http = HttpClient.newHttpClient();

  private GatewayProcess(Child child, @Nullable Path config) {
    this.child = child;
    this.config = config;
  }

  /**
   * Starts a gateway from a config file with this text, and waits until it serves.
   *
   * @param flags more flags of {@code holdfast run}
   */
  public static GatewayProcess start(String yaml, String... flags) throws IOException {
    return start(Map.of(), yaml, flags);
  }

  /** The same, with more in its environment. */
  public static GatewayProcess start(Map<String, String> more, String yaml, String... flags)
      throws IOException {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.putAll(more);
    Path folder = Files.createTempDirectory("holdfast-it");
    Path file = folder.resolve("holdfast.yaml");
    folder.toFile().deleteOnExit();
    Files.writeString(file, yaml);
    file.toFile().deleteOnExit();
    List<String> args = new ArrayList<>(List.of("--config", file.toString()));
    args.addAll(List.of(flags));
    return run(file, args, environment);
  }

  /** Starts a gateway with one plain listener and one service of these backends. */
  public static GatewayProcess to(String... backends) throws IOException {
    return run(null, List.of("--listen", "127.0.0.1:0", "--to", String.join(",", backends)));
  }

  /** As {@link #to}, without leak detection, which makes it several times as slow. */
  public static GatewayProcess quick(String... backends) throws IOException {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("HOLDFAST_JAVA_OPTS", "-Xmx256m");
    return run(
        null, List.of("--listen", "127.0.0.1:0", "--to", String.join(",", backends)), environment);
  }

  private static GatewayProcess run(@Nullable Path config, List<String> flags) throws IOException {
    return run(config, flags, ENVIRONMENT);
  }

  private static GatewayProcess run(
      @Nullable Path config, List<String> flags, Map<String, String> environment)
      throws IOException {
    Child child = Child.gateway(environment, flags);
    try {
      child.log().await("Holdfast: admin on ");
    } catch (AssertionError e) {
      child.close();
      throw e;
    }
    return new GatewayProcess(child, config);
  }

  /** The process. */
  public Child process() {
    return child;
  }

  /** Its log. */
  public ProcessLog log() {
    return child.log();
  }

  /** Port of the first listener. */
  public int port() {
    return port(1);
  }

  /**
   * Port of a listener.
   *
   * @param nth 1 for the first in the configuration
   */
  public int port(int nth) {
    return Integer.parseInt(log().await("Holdfast: listening on \\S+:(\\d+)$", nth).group(1));
  }

  /** A WebSocket address on the first listener. */
  public String ws(String path) {
    return "ws://127.0.0.1:" + port() + path;
  }

  /** An HTTP address on the first listener. */
  public String http(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** An address on the admin listener. */
  public URI admin(String path) {
    return URI.create(log().await("Holdfast: admin on (\\S+)$").group(1) + path);
  }

  /** What a GET of the admin listener answers with 200. */
  public String adminGet(String path) throws IOException, InterruptedException {
    var answer = http.send(HttpRequest.newBuilder(admin(path)).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("GET %s", path).isEqualTo(200);
    return answer.body();
  }

  /** The services of the admin API. */
  public JsonNode services() throws IOException, InterruptedException {
    return JsonMapper.shared().readTree(adminGet("/api/v1/services")).get("services");
  }

  /**
   * All metrics, by name with labels as they stand: {@code holdfast_retries_total{service="a"}}.
   */
  public Map<String, Double> metrics() throws IOException, InterruptedException {
    Map<String, Double> metrics = new TreeMap<>();
    for (String line : adminGet("/metrics").lines().toList()) {
      Matcher matcher = METRIC.matcher(line);
      if (matcher.matches()) {
        metrics.put(matcher.group(1), Double.valueOf(matcher.group(2)));
      }
    }
    return metrics;
  }

  /** Sum of the metrics whose name with labels contains all of {@code parts}; 0 for none. */
  public double metric(String... parts) throws IOException, InterruptedException {
    return metrics().entrySet().stream()
        .filter(e -> List.of(parts).stream().allMatch(e.getKey()::contains))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Writes another config file, which the gateway may notice before {@link #reload()}. */
  public void rewrite(String yaml) throws IOException {
    if (config == null) {
      throw new IllegalStateException("this gateway has no config file");
    }
    Path next = config.resolveSibling("holdfast.yaml.next");
    Files.writeString(next, yaml);
    Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reloads by the admin API; returns the status, 200 when the configuration is in force. */
  public int reload() throws IOException, InterruptedException {
    return adminPost("/api/v1/reload");
  }

  /** The status of a POST to the admin listener. */
  public int adminPost(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(admin(path)).POST(HttpRequest.BodyPublishers.noBody()).build();
    return http.send(request, BodyHandlers.ofString()).statusCode();
  }

  /** Starts a command that asks this gateway, such as {@code drain --gateway}. */
  public Child command(String... args) throws IOException {
    return Child.holdfast(args[0], SMALL, atThis(args));
  }

  /** The same, at a terminal; its words must have no spaces. */
  public Child commandAtTerminal(String... args) throws IOException {
    return Child.atTerminal(args[0], SMALL, atThis(args));
  }

  private List<String> atThis(String... args) {
    List<String> command = new ArrayList<>(List.of(args));
    command.addAll(List.of("--admin", "http://" + admin("/").getAuthority()));
    return command;
  }

  /** Runs a command that must end with {@code exitCode}; what it has printed. */
  public String told(int exitCode, String... args) throws IOException, InterruptedException {
    try (Child child = command(args)) {
      assertThat(child.exitCode()).as(child.log().tail()).isEqualTo(exitCode);
      return String.join("\n", child.log().lines());
    }
  }

  /** Id of the process that serves: the newest. */
  public long pid() {
    return successor == null ? child.pid() : successor.pid();
  }

  /**
   * Has another process take over, and waits for the end of the one before.
   *
   * @param flags more flags of {@code holdfast upgrade}
   * @return what the command has printed
   */
  public String upgrade(String... flags) throws IOException, InterruptedException {
    ProcessHandle before = ProcessHandle.of(pid()).orElseThrow();
    List<String> args = new ArrayList<>(List.of("upgrade", "--wait"));
    args.addAll(List.of(flags));
    String told = told(0, args.toArray(String[]::new));
    Matcher pid = TAKEN_OVER.matcher(told);
    assertThat(pid.find()).as(told).isTrue();
    successor = ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow();
    await().until(() -> !before.isAlive());
    return told;
  }

  /** Sends a signal. */
  public void signal(Signal signal) throws IOException, InterruptedException {
    child.signal(signal);
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    return child.exitCode();
  }

  /** How many file descriptors are open. */
  public int openFiles() throws IOException {
    return child.openFiles();
  }

  /** Resident memory in bytes. */
  public long residentBytes() throws IOException {
    return child.residentBytes();
  }

  /**
   * Asserts that no buffer has leaked so far and nothing was logged with a stack trace. Collects
   * garbage first, since only then a leak is seen. Safe to call again.
   */
  public void assertHealthy() throws IOException, InterruptedException {
    if (successor == null ? child.alive() : successor.isAlive()) {
      collectGarbage();
    }
    assertThat(log().lines())
        .noneMatch(line -> line.contains("LEAK:"))
        .noneMatch(line -> TRACE.matcher(line).find())
        .noneMatch(line -> line.contains("Exception in thread"));
  }

  /** A leak is reported by the first allocations after the collection that found the buffer. */
  private void collectGarbage() throws IOException, InterruptedException {
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    String pid = Long.toString(pid());
    new ProcessBuilder(jcmd, "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", pid, "GC.run")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor(10, TimeUnit.SECONDS);
    for (Matcher listening : listeners()) {
      for (int i = 0; i < EMPTY_REQUESTS; i++) {
        makeItAllocate(Integer.parseInt(listening.group(1)));
      }
    }
  }

  private static void makeItAllocate(int port) {
    try (RawClient client = RawClient.connect(port)) {
      client.write("BAD\r\n\r\n");
      client.endsCleanly();
    } catch (IOException e) {
      // A listener that is full, or is gone by now, has nothing more to show.
    }
  }

  private List<Matcher> listeners() {
    Pattern pattern = Pattern.compile("Holdfast: listening on \\S+:(\\d+)$");
    return log().lines().stream().map(pattern::matcher).filter(Matcher::find).toList();
  }

  /** Ends it with SIGTERM if it still runs; then {@link #assertHealthy()}. */
  @Override
  public void close() throws IOException {
    ProcessHandle last = successor;
    try (child) {
      assertHealthy();
      if (last != null) {
        last.destroy();
        await().until(() -> !last.isAlive());
        assertHealthy();
      } else if (child.alive()) {
        child.signal(Signal.TERM);
        int code = child.exitCode();
        if (code != 0) {
          // On its first line, for a summary shows no more of it.
          throw new AssertionError(
              "exit code " + code + " after SIGTERM, at the end of the log: " + log().tail());
        }
        assertHealthy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (last != null) {
        last.destroyForcibly();
      }
    }
  }
}
