package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Share;
import io.holdfast.model.DeployPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code deploy} of a service. */
record DeployConfig(
    @Option(
            value =
                "Shares of the new clients that the new group gets, one after the other; they grow,"
                    + " and the last is `100%`.",
            otherwise = "`5%`, `25%`, `100%`")
        List<Share> steps,
    @Option(value = "How long each step is watched.", zero = "not at all") Duration bake,
    @Option(
            value =
                "A [smoke script](deploys.md#smoke-script), which each backend of the new group must"
                    + " pass before it gets clients; relative to the config file's folder.",
            otherwise = "a connection is enough")
        DeployPolicy.@Nullable Smoke smoke,
    @Option("For each command, and until all backends of the new group are well.") Duration timeout,
    @Option("When the new group is so much worse than the others that all is taken back.")
        VerifyConfig verify) {

  /** {@code verify} of it. */
  record VerifyConfig(
      @Option(
              value = "Handshakes that the new group must have had in a step; it waits for them.",
              zero = "a step waits for none")
          int minSamples,
      @Option("By how much its share of handshakes that fail may be above the others'.")
          Share handshakeFailures,
      @Option("By how much its share of relays that it breaks off may be above the others'.")
          Share abnormalCloses,
      @Option(
              value = "How many times the others' time its answers to our Pings may take.",
              zero = "no limit")
          int pingTime) {

    static VerifyConfig read(Section in) {
      return new VerifyConfig(
          in.value("minSamples", "20", Parsers.number(0, 1_000_000)),
          in.value("handshakeFailures", "1%", Parsers::share),
          in.value("abnormalCloses", "1%", Parsers::share),
          in.value("pingTime", "5", Parsers.number(0, 1000)));
    }
  }

  private static final List<Share> STEPS =
      List.of(new Share(0.05), new Share(0.25), new Share(1.0));

  static DeployConfig read(Section in, Folder folder) {
    boolean given = in.find("steps") != null;
    int before = in.errors();
    List<Share> steps = in.list("steps", Parsers::share);
    DeployConfig deploy =
        new DeployConfig(
            given ? steps : STEPS,
            in.value("bake", "30s", Parsers::durationOrOff),
            in.optional("smoke", text -> SmokeConfig.load(folder.readable(text))),
            in.value("timeout", "60s", Parsers::duration),
            in.section("verify", VerifyConfig::read));
    String wrong = in.errors() > before ? null : wrong(deploy.shares());
    if (wrong != null) {
      in.error("steps", wrong);
    }
    return deploy;
  }

  /** What is wrong with steps; null for nothing. */
  static @Nullable String wrong(List<Double> steps) {
    double last = 0;
    for (double step : steps) {
      if (step <= last) {
        return "expected shares above 0% that grow, such as 5%, 25%, 100%";
      }
      last = step;
    }
    return last == 1 ? null : "expected 100% as the last step";
  }

  private List<Double> shares() {
    return steps.stream().map(Share::fraction).toList();
  }

  DeployPolicy compile(Map<String, DeployPolicy.Commands> commands) {
    return new DeployPolicy(
        shares(),
        bake,
        smoke,
        timeout,
        new DeployPolicy.Verify(
            verify.minSamples,
            verify.handshakeFailures.fraction(),
            verify.abnormalCloses.fraction(),
            verify.pingTime),
        commands);
  }
}
