package io.holdfast.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A headless Chromium with a fresh profile, driven by the DevTools protocol. One thread may call.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> COMMAND =
      List.of(
          "chromium",
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--remote-debugging-port=0");
  private static final long PATIENCE_SECONDS = 30;

  private final Child process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final Map<String, List<String>> problems = new ConcurrentHashMap<>();
  private final WebSocket socket;
  private int lastCall;

  private Browser(Child process, Path profile, String address) throws InterruptedException {
    this.process = process;
    this.profile = profile;
    this.socket = get(http.newWebSocketBuilder().buildAsync(URI.create(address), new Receiver()));
  }

  /** Starts one, and returns when it can be used. */
  public static Browser start() throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory("holdfast-browser-");
    List<String> command =
        Stream.concat(COMMAND.stream(), Stream.of("--user-data-dir=" + profile, "about:blank"))
            .toList();
    Child process = Child.start("chromium", command, Map.of());
    try {
      String address = process.log().await("DevTools listening on (ws://\\S+)").group(1);
      return new Browser(process, profile, address);
    } catch (AssertionError | InterruptedException e) {
      process.close();
      delete(profile);
      throw e;
    }
  }

  /** Opens {@code url} in a new tab, without waiting for it to load. */
  public Tab open(String url) throws InterruptedException {
    String target =
        call("", "Target.createTarget", Map.of("url", "about:blank")).get("targetId").asString();
    Map<String, Object> attach = Map.of("targetId", target, "flatten", true);
    String session = call("", "Target.attachToTarget", attach).get("sessionId").asString();
    problems.put(session, new CopyOnWriteArrayList<>());
    Tab tab = new Tab(this, session);
    call(session, "Runtime.enable", Map.of());
    call(session, "Log.enable", Map.of());
    call(session, "Page.navigate", Map.of("url", url));
    return tab;
  }

  /** Exceptions and errors that a tab has reported so far. */
  List<String> problems(String session) {
    return List.copyOf(problems.getOrDefault(session, List.of()));
  }

  /** Calls a method of the protocol and waits for its answer; the session is empty for none. */
  JsonNode call(String session, String method, Map<String, ?> params) throws InterruptedException {
    int id = ++lastCall;
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    var message = JsonMapper.shared().createObjectNode().put("id", id).put("method", method);
    message.set("params", JsonMapper.shared().valueToTree(params));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    get(socket.sendText(message.toString(), true));
    JsonNode result = get(answer);
    if (result.has("error")) {
      throw new AssertionError(method + " failed: " + result.get("error"));
    }
    return result.get("result");
  }

  private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the browser cannot be talked to", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the browser does not answer", e);
    }
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        received(JsonMapper.shared().readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  private void received(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> call = calls.remove(message.get("id").asInt());
      if (call != null) {
        call.complete(message);
      }
      return;
    }
    boolean problem =
        switch (message.path("method").asString("")) {
          case "Runtime.exceptionThrown" -> true;
          case "Log.entryAdded" -> message.at("/params/entry/level").asString("").equals("error");
          default -> false;
        };
    List<String> of = problems.get(message.path("sessionId").asString(""));
    if (problem && of != null) {
      of.add(message.get("params").toString());
    }
  }

  @Override
  public void close() throws IOException {
    try (process) {
      // Its helper processes, which write to the profile, end only when it ends in order.
      call("", "Browser.close", Map.of());
      process.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
    delete(profile);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (UncheckedIOException e) {
      folder.toFile().deleteOnExit();
    }
  }
}
