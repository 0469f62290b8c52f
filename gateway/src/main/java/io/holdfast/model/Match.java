package io.holdfast.model;

import java.util.List;
import java.util.Map;

/**
 * What a request must look like to take a route; everything given must hold.
 *
 * @param hosts empty for any
 * @param path of the request, without its query
 * @param headers name to exact value
 * @param query parameter to exact value, decoded
 */
public record Match(
    List<HostPattern> hosts,
    PathPattern path,
    Map<String, String> headers,
    Map<String, String> query) {

  public Match {
    hosts = List.copyOf(hosts);
    headers = Map.copyOf(headers);
    query = Map.copyOf(query);
  }
}
