package io.holdfast.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.control.Events;
import io.holdfast.control.Events.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams changes of backends' states, drains and deploys as server-sent events (HTML standard,
 * section 9.2), from now on, or from behind {@code Last-Event-ID}.
 */
final class EventsApi {
  /** Proxies and peers see that the stream lives. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final TypeReference<Map<String, @Nullable Object>> FIELDS =
      new TypeReference<>() {};

  private final GatewayControl control;

  EventsApi(GatewayControl control) {
    this.control = control;
  }

  Reply stream(Call call) {
    Events events = control.events();
    long newest = events.newest();
    String last = call.header("Last-Event-ID");
    long from = last == null ? newest : after(last, events.before(), newest);
    return Reply.stream("text/event-stream", out -> stream(events, from, out));
  }

  /** An id that is none of ours is of the process before: all of this one are new then. */
  private static long after(String lastId, long before, long newest) {
    long id = lastId.matches("\\d{1,18}") ? Long.parseLong(lastId) : before;
    return id < before || id > newest ? before : id;
  }

  private static void stream(Events events, long from, OutputStream out)
      throws IOException, InterruptedException {
    long id = from;
    write(out, ": changes of states, drains, deploys\n\n");
    while (true) {
      List<Event> next = events.after(id, HEARTBEAT);
      if (next.isEmpty()) {
        write(out, ":\n\n");
      }
      for (Event event : next) {
        if (event.id() > id + 1) {
          write(out, ": " + (event.id() - id - 1) + " were missed\n\n");
        }
        id = event.id();
        write(out, "id: " + id + "\nevent: " + event.kind() + "\ndata: " + json(event) + "\n\n");
      }
    }
  }

  private static String json(Event event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("at", event.at().toString());
    fields.putAll(JsonMapper.shared().convertValue(event.what(), FIELDS));
    return JsonMapper.shared().writeValueAsString(fields);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
