package io.holdfast.it.harness;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP response as it came.
 *
 * @param version such as {@code HTTP/1.1}
 * @param headers in their order, with their case
 */
public record RawHead(
    String version, int status, String reason, List<Map.Entry<String, String>> headers) {
  public RawHead {
    headers = List.copyOf(headers);
  }

  /** The first value of a header, in any case; null for none. */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? null : values.getFirst();
  }

  /** All values of a header, in any case. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(h -> h.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }
}
