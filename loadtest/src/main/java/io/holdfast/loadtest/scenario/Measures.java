package io.holdfast.loadtest.scenario;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was counted over some time. Belongs to one event loop while that counts, then to whoever
 * took it. Times in nanoseconds.
 */
final class Measures {
  private static final long LONGEST = 600_000_000_000L;

  /** Of each connection, from dialling to the 101. */
  final Histogram connect = new Histogram(1_000, LONGEST, 3);

  /** Of each delivery, from when the message was due. */
  final Histogram message = new Histogram(1_000, LONGEST, 3);

  /** How late event loops were with what was due. */
  final Histogram delay = new Histogram(1_000, LONGEST, 2);

  /** CPU time of event loops. */
  long cpuNanos;

  long connects;
  long due;
  long sent;
  long delivered;
  final Map<String, Long> errors = new TreeMap<>();

  /** What is no error of a server: connections of slow readers that it has closed, for one. */
  final Map<String, Long> notes = new TreeMap<>();

  static void record(Histogram times, long nanos) {
    times.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  /** So many, which may be none. */
  void error(String kind, long count) {
    if (count > 0) {
      errors.merge(kind, count, Long::sum);
    }
  }

  void note(String kind) {
    notes.merge(kind, 1L, Long::sum);
  }

  /** Connections and messages that were tried. */
  long attempts() {
    return connects + due;
  }

  long errorCount() {
    return errors.values().stream().mapToLong(n -> n).sum();
  }

  /** Of what was tried, 0 to 1; one attempt may have more than one error. */
  double errorShare() {
    return Math.min(1, (double) errorCount() / Math.max(1, attempts()));
  }

  void add(Measures other) {
    connect.add(other.connect);
    message.add(other.message);
    delay.add(other.delay);
    cpuNanos += other.cpuNanos;
    connects += other.connects;
    due += other.due;
    sent += other.sent;
    delivered += other.delivered;
    other.errors.forEach((kind, n) -> errors.merge(kind, n, Long::sum));
    other.notes.forEach((kind, n) -> notes.merge(kind, n, Long::sum));
  }

  /** For another process. */
  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("connect", text(connect))
            .put("message", text(message))
            .put("delay", text(delay))
            .put("cpuNanos", cpuNanos)
            .put("connects", connects)
            .put("due", due)
            .put("sent", sent)
            .put("delivered", delivered);
    ObjectNode byKind = json.putObject("errors");
    errors.forEach(byKind::put);
    ObjectNode noted = json.putObject("notes");
    notes.forEach(noted::put);
    return json;
  }

  /** What another process has written by {@link #toJson}. */
  static Measures of(JsonNode json) {
    Measures measures = new Measures();
    measures.connect.add(times(json.path("connect").asString("")));
    measures.message.add(times(json.path("message").asString("")));
    measures.delay.add(times(json.path("delay").asString("")));
    measures.cpuNanos = json.path("cpuNanos").asLong(0);
    measures.connects = json.path("connects").asLong(0);
    measures.due = json.path("due").asLong(0);
    measures.sent = json.path("sent").asLong(0);
    measures.delivered = json.path("delivered").asLong(0);
    json.path("errors")
        .properties()
        .forEach(one -> measures.errors.put(one.getKey(), one.getValue().asLong(0)));
    json.path("notes")
        .properties()
        .forEach(one -> measures.notes.put(one.getKey(), one.getValue().asLong(0)));
    return measures;
  }

  private static String text(Histogram times) {
    ByteBuffer bytes = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
    int length = times.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }

  private static Histogram times(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), LONGEST);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a histogram", e);
    }
  }
}
