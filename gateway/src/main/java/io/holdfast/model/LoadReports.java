package io.holdfast.model;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How backends are asked how much is going on there.
 *
 * @param path behind the backend's own; begins with a slash
 * @param port null for the backend's own
 * @param cacheTtl between two reports of one backend
 * @param timeout of one report, from the sent request to its last byte
 * @param pointer of the number in JSON (RFC 6901); null for {@code /connections}
 * @param metric of Prometheus text; null when it is none
 */
public record LoadReports(
    String path,
    @Nullable Integer port,
    Duration cacheTtl,
    Duration timeout,
    @Nullable String pointer,
    @Nullable Metric metric) {

  /**
   * The sum of some series.
   *
   * @param name whole
   * @param labels that a series must have, among others
   */
  public record Metric(String name, Map<String, String> labels) {
    public Metric {
      labels = Map.copyOf(labels);
    }
  }
}
