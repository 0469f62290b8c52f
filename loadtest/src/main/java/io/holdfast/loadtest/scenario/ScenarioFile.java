package io.holdfast.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.loadtest.scenario.Scenario.Protocol;
import io.holdfast.loadtest.scenario.Scenario.Stage;
import io.holdfast.loadtest.scenario.Scenario.Talk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Scenarios as YAML: those that are built in, and those of users. */
public final class ScenarioFile {
  /** Those that are built in. */
  public static final List<String> BUILT_IN =
      List.of(
          "ramp", "stress", "spike", "soak", "reconnect-storm", "slow-readers", "handshake-churn");

  private static final String TEXT = "Message {n} of user {user}";

  private ScenarioFile() {}

  /** The text of a scenario that is built in. */
  public static String text(String builtIn) {
    try (InputStream in = ScenarioFile.class.getResourceAsStream(builtIn + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("the scenario " + builtIn + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a scenario.
   *
   * @param nameOrFile one of {@link #BUILT_IN}, or a file
   * @throws IllegalArgumentException with a sentence that says where, what and what was expected
   */
  public static Scenario load(String nameOrFile) {
    if (BUILT_IN.contains(nameOrFile)) {
      return parse(nameOrFile, text(nameOrFile));
    }
    Path file = Path.of(nameOrFile);
    try {
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
      return parse(name, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no file %s, and no scenario of that name; there are %s"
              .formatted(nameOrFile, String.join(", ", BUILT_IN)),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + nameOrFile + ": " + e.getMessage(), e);
    }
  }

  static Scenario parse(String name, String yaml) {
    Object root;
    try {
      root = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    YamlSection top = YamlSection.of(name, "", root);
    Scenario scenario =
        new Scenario(
            name,
            top.text("description", ""),
            talk(top),
            stages(top.sections("stages")),
            thresholds(top.section("thresholds")));
    top.end();
    return scenario;
  }

  private static Talk talk(YamlSection top) {
    String protocol = top.oneOf("protocol", "echo", List.of("echo", "chat", "socketio"));
    String pace = top.oneOf("pace", "open", List.of("open", "closed"));
    YamlSection users = top.section("users");
    Talk talk =
        new Talk(
            Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)),
            pace.equals("open"),
            users.time("every", Duration.ofSeconds(1)),
            users.whole("room", 20, 1),
            users.text("text", TEXT),
            users.whole("size", 0, 0),
            users.time("stay", Duration.ZERO),
            users.share("slow", 0),
            users.whole("slowBytes", 1024, 1));
    users.end();
    return talk;
  }

  private static List<Stage> stages(List<YamlSection> sections) {
    List<Stage> stages = new ArrayList<>();
    int before = 0;
    for (YamlSection section : sections) {
      before = section.whole("users", before, 0);
      stages.add(
          new Stage(
              section.text("name", "stage " + (stages.size() + 1)),
              before,
              section.time("for"),
              section.rate("rate", 0),
              section.share("cut", 0),
              thresholds(section.section("thresholds"))));
      section.end();
    }
    return stages;
  }

  private static List<Threshold> thresholds(YamlSection section) {
    List<Threshold> thresholds = new ArrayList<>();
    for (Map.Entry<String, String> one : section.texts().entrySet()) {
      try {
        thresholds.add(Threshold.of(one.getKey(), one.getValue()));
      } catch (IllegalArgumentException e) {
        throw section.wrong(String.valueOf(e.getMessage()));
      }
    }
    return thresholds;
  }
}
