package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code websocket} of a service's {@code health}. */
record WebSocketProbeConfig(
    @Option(
            value = "Where the handshake goes, behind the path of the backend's own address.",
            required = true)
        String path,
    @Option(value = "What is sent as `Host`.", otherwise = "the backend's host and port")
        @Nullable String host,
    @Option(value = "Subprotocol that is offered and must be taken.", otherwise = "none is offered")
        @Nullable String subprotocol,
    @Option(value = "More headers of the handshake.", otherwise = "none")
        Map<String, String> headers,
    @Option(value = "Text message that is sent after the Pong.", otherwise = "none is sent")
        @Nullable String send,
    @Option(
            value = "What must be found in a text message after the Pong, in time.",
            otherwise = "the Pong is enough")
        @Nullable String expect,
    @Option(ProbeTiming.INTERVAL) Duration interval,
    @Option(ProbeTiming.DOWN_INTERVAL) Duration downInterval,
    @Option(ProbeTiming.TIMEOUT) Duration timeout,
    @Option(ProbeTiming.FALL) int fall,
    @Option(ProbeTiming.RISE) int rise) {

  static WebSocketProbeConfig read(Section in) {
    ProbeTiming timing = ProbeTiming.read(in);
    return new WebSocketProbeConfig(
        in.required("path", "/", HttpProbeConfig::path),
        in.optional("host", HttpProbeConfig::host),
        in.optional("subprotocol", WebSocketProbeConfig::token),
        Headers.map(in, "headers", Headers::editable),
        in.optional("send", text -> text),
        in.optional("expect", text -> text),
        timing.interval(),
        timing.downInterval(),
        timing.timeout(),
        timing.fall(),
        timing.rise());
  }

  static String token(String text) {
    if (Headers.isToken(text)) {
      return text;
    }
    throw new IllegalArgumentException("expected a subprotocol such as chat.v2");
  }

  Probe compile() {
    List<Probe.Step> steps = new ArrayList<>();
    if (send != null) {
      steps.add(new Probe.Send(send));
    }
    if (expect != null) {
      steps.add(new Probe.Expect(expect));
    }
    return new ProbeTiming(interval, downInterval, timeout, fall, rise)
        .probe(new Probe.WebSocket(path, host, subprotocol, headers, steps));
  }
}
