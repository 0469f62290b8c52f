package io.holdfast.loadtest.scenario;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured in a second, or in less at the end of a stage.
 *
 * @param index of it, from 0
 * @param stage its number
 * @param at when it ended, in seconds after the start
 * @param length in seconds
 * @param users so many are asked for
 * @param connected so many are
 * @param measures what was counted
 * @param threads of the load test that play users
 */
record Second(
    int index,
    int stage,
    double at,
    double length,
    int users,
    int connected,
    Measures measures,
    int threads) {

  /** How busy the load test's threads were, as a share of one core each. */
  double cpuShare() {
    return measures.cpuNanos / 1e9 / length / threads;
  }

  /** This one, and what another process says of the same. */
  Second plus(Second other) {
    Measures both = new Measures();
    both.add(measures);
    both.add(other.measures);
    return new Second(
        index,
        stage,
        at,
        length,
        users,
        connected + other.connected,
        both,
        threads + other.threads);
  }

  /** For another process. */
  String toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("index", index)
            .put("stage", stage)
            .put("at", at)
            .put("length", length)
            .put("users", users)
            .put("connected", connected)
            .put("threads", threads);
    json.set("measures", measures.toJson());
    return json.toString();
  }

  /** What another process has written by {@link #toJson}. */
  static Second of(JsonNode json) {
    return new Second(
        json.path("index").asInt(0),
        json.path("stage").asInt(0),
        json.path("at").asDouble(0),
        json.path("length").asDouble(0),
        json.path("users").asInt(0),
        json.path("connected").asInt(0),
        Measures.of(json.path("measures")),
        json.path("threads").asInt(1));
  }
}
