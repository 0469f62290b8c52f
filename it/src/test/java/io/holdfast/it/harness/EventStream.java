package io.holdfast.it.harness;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway streams of its events from the moment it is opened. */
public final class EventStream implements AutoCloseable {
  private static final String KIND = "event: ";
  private static final String DATA = "data: ";

  private record Event(String kind, JsonNode what) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Event> seen = new CopyOnWriteArrayList<>();

  private EventStream() {}

  /** Opens it; whatever happens afterwards is seen. */
  public static EventStream of(GatewayProcess gateway) throws IOException, InterruptedException {
    EventStream stream = new EventStream();
    HttpResponse<Stream<String>> answer =
        stream.http.send(
            HttpRequest.newBuilder(gateway.admin("/api/v1/events")).build(),
            HttpResponse.BodyHandlers.ofLines());
    Thread.ofVirtual().start(() -> stream.read(answer.body()));
    return stream;
  }

  private void read(Stream<String> lines) {
    String[] kind = {""};
    try (lines) {
      lines.forEach(line -> {
        if (line.startsWith(KIND)) {
          kind[0] = line.substring(KIND.length());
        } else if (line.startsWith(DATA)) {
          String json = line.substring(DATA.length());
          seen.add(new Event(kind[0], JsonMapper.shared().readTree(json)));
        }
      });
    } catch (RuntimeException e) {
      // The gateway or the test has ended it; what is missing then, somebody waits for.
    }
  }

  /** All of a kind up to now, oldest first. */
  public List<JsonNode> all(String kind) {
    List<JsonNode> all = new ArrayList<>();
    for (Event event : seen) {
      if (event.kind().equals(kind)) {
        all.add(event.what());
      }
    }
    return all;
  }

  /** Waits for one of a kind, and returns the first. */
  public JsonNode await(String kind, Predicate<JsonNode> which) {
    Awaitility.await().until(() -> all(kind).stream().anyMatch(which));
    return all(kind).stream().filter(which).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
