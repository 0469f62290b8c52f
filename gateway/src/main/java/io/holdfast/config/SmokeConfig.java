package io.holdfast.config;

import io.holdfast.config.source.ConfigError;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Problems;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.Value;
import io.holdfast.config.source.YamlSource;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads smoke scripts: what a backend must pass before a deploy gives it clients. */
public final class SmokeConfig {
  private record Load(int connections, int rounds) {
    static Load read(Section in) {
      return new Load(
          in.value("connections", "1", Parsers.number(1, 1000)),
          in.value("rounds", "1", Parsers.number(1, 1000)));
    }
  }

  private SmokeConfig() {}

  /**
   * Reads a file. Blocks.
   *
   * @throws IllegalArgumentException when anything is wrong, with the first thing that is
   */
  static DeployPolicy.Smoke load(Path file) {
    Problems problems = new Problems();
    return read(YamlSource.read(file, Map.of(), problems), problems);
  }

  /**
   * Reads a text.
   *
   * @param source how messages call it
   * @throws IllegalArgumentException when anything is wrong, with the first thing that is
   */
  public static DeployPolicy.Smoke parse(String source, String text) {
    Problems problems = new Problems();
    Tree document = YamlSource.parse(source, text, Map.of(), problems);
    check(problems); // what is missing in what is no YAML would only repeat the error
    return read(document, problems);
  }

  private static void check(Problems problems) {
    List<ConfigError> errors = problems.errors();
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException("expected a smoke script; " + errors.getFirst());
    }
  }

  private static DeployPolicy.Smoke read(Tree document, Problems problems) {
    DeployPolicy.Smoke smoke = Section.read(document, problems, SmokeConfig::read);
    check(problems);
    return smoke;
  }

  private static DeployPolicy.Smoke read(Section in) {
    String path = in.required("path", "/", HttpProbeConfig::path);
    @Nullable String host = in.optional("host", HttpProbeConfig::host);
    @Nullable String subprotocol = in.optional("subprotocol", WebSocketProbeConfig::token);
    Map<String, String> headers = Headers.map(in, "headers", Headers::editable);
    Duration timeout = in.value("timeout", "5s", Parsers::duration);
    List<Probe.Step> steps = new ArrayList<>();
    for (Value item : in.items("script")) {
      steps.add(item.section(SmokeConfig::step));
    }
    Load load = in.section("load", Load::read);
    return new DeployPolicy.Smoke(
        new Probe.WebSocket(path, host, subprotocol, headers, steps),
        timeout,
        load.connections,
        load.rounds);
  }

  private static Probe.Step step(Section in) {
    int before = in.errors();
    String send = in.optional("send", text -> text);
    String expect = in.optional("expect", text -> text);
    Integer close = in.optional("close", DrainConfig::code);
    int given = (send == null ? 0 : 1) + (expect == null ? 0 : 1) + (close == null ? 0 : 1);
    if (given != 1 && in.errors() == before) {
      in.error(null, "expected one of send, expect and close");
    }
    if (send != null) {
      return new Probe.Send(send);
    }
    return expect != null
        ? new Probe.Expect(expect)
        : new Probe.Close(close == null ? 1000 : close);
  }
}
