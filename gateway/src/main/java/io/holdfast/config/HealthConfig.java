package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Panic;
import io.holdfast.model.Probe;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code health} of a service. */
record HealthConfig(
    @Option(
            value =
                "A whole handshake, its `Sec-WebSocket-Accept` checked, a Ping and its Pong: what"
                    + " clients need.",
            otherwise = "no such probe")
        @Nullable WebSocketProbeConfig websocket,
    @Option(value = "A request and its status.", otherwise = "no such probe")
        @Nullable HttpProbeConfig http,
    @Option(
            value = "A connection, with TLS where the backend speaks it.",
            otherwise = "no such probe")
        @Nullable TcpProbeConfig tcp,
    @Option(
            "What is done when no backend is healthy: `try_all` tries all that no operator has"
                + " taken out, `refuse` answers 503 with `Retry-After`.")
        Panic panic) {

  static HealthConfig read(Section in) {
    HealthConfig health =
        new HealthConfig(
            in.optionalSection("websocket", WebSocketProbeConfig::read),
            in.optionalSection("http", HttpProbeConfig::read),
            in.optionalSection("tcp", TcpProbeConfig::read),
            in.value("panic", "try_all", Parsers.oneOf(Panic.class)));
    if (Stream.of(health.websocket, health.http, health.tcp).filter(p -> p != null).count() > 1) {
      in.error(null, "has more than one probe; expected one of websocket, http, tcp");
    }
    return health;
  }

  @Nullable Probe probe() {
    if (websocket != null) {
      return websocket.compile();
    }
    if (http != null) {
      return http.compile();
    }
    return tcp == null ? null : tcp.compile();
  }
}
