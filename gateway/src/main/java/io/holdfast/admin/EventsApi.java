package io.holdfast.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.control.StateEvents;
import io.holdfast.control.StateEvents.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams changes of backends' states as server-sent events (HTML standard, section 9.2): one
 * {@code state} each, from now on, or from behind {@code Last-Event-ID}.
 */
final class EventsApi {
  /** Proxies and peers see that the stream lives. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final GatewayControl control;

  EventsApi(GatewayControl control) {
    this.control = control;
  }

  Reply stream(Call call) {
    StateEvents events = control.events();
    long newest = events.newest();
    String last = call.header("Last-Event-ID");
    long from = last == null ? newest : after(last, newest);
    return Reply.stream("text/event-stream", out -> stream(events, from, out));
  }

  /** An id that is none of ours is of the process before: all of this one are new then. */
  private static long after(String lastId, long newest) {
    if (!lastId.matches("\\d{1,18}")) {
      return 0;
    }
    long id = Long.parseLong(lastId);
    return id > newest ? 0 : id;
  }

  private static void stream(StateEvents events, long from, OutputStream out)
      throws IOException, InterruptedException {
    long id = from;
    write(out, ": changes of backends' states\n\n");
    while (true) {
      List<Event> next = events.after(id, HEARTBEAT);
      if (next.isEmpty()) {
        write(out, ":\n\n");
      }
      for (Event event : next) {
        if (event.id() > id + 1 && id > 0) {
          write(out, ": " + (event.id() - id - 1) + " were missed\n\n");
        }
        id = event.id();
        write(out, "id: " + id + "\nevent: state\ndata: " + json(event) + "\n\n");
      }
    }
  }

  private static String json(Event event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("at", event.at().toString());
    fields.put("service", event.service());
    fields.put("backend", event.backend());
    fields.put("from", event.from());
    fields.put("to", event.to());
    fields.put("why", event.why());
    return JsonMapper.shared().writeValueAsString(fields);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
