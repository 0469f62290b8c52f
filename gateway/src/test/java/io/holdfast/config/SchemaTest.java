package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/** The shipped schema accepts what the loader accepts, and refuses common mistakes. */
final class SchemaTest {

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ConfigSchema.text());
  private static final Pattern YAML_BLOCK =
      Pattern.compile("^```yaml\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir private Path folder;

  /** The distribution's config file, and every whole file that the docs show. */
  static Stream<String> shippedExamples() throws IOException {
    List<String> examples = new ArrayList<>(List.of(Examples.WHOLE));
    String shipped = Files.readString(Path.of("../app/src/dist/conf/holdfast.yaml"));
    examples.add(shipped);
    examples.add(withEveryOption(shipped));
    List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
    try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher matcher = YAML_BLOCK.matcher(Files.readString(page));
      while (matcher.find()) {
        String block = matcher.group(1);
        if (Stream.of("listeners:", "routes:", "services:").allMatch(block::contains)) {
          examples.add(block);
        }
      }
    }
    return examples.stream();
  }

  /** Lines with one # are options at their defaults, lines with two are words. */
  private static String withEveryOption(String shipped) {
    return shipped.replaceAll("(?m)^#(?!#)", "");
  }

  @Test
  void theShippedFileShowsTheDefaults() throws Exception {
    Path file = Path.of("../app/src/dist/conf/holdfast.yaml");
    Path all = folder.resolve("all.yaml");
    Files.writeString(all, withEveryOption(Files.readString(file)));

    assertThat(ConfigLoader.load(all, Map.of()).snapshot())
        .isEqualTo(ConfigLoader.load(file, Map.of()).snapshot());
  }

  @ParameterizedTest
  @MethodSource("shippedExamples")
  void acceptsWhatIsShipped(String yaml) {
    assertThat(validate(yaml)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shippedExamples")
  void theLoaderAcceptsWhatIsShipped(String yaml) {
    // The files that examples name are not there, and secrets of the environment are not set.
    assertThat(Reading.of(yaml, in -> FileConfig.read(in, new Folder(Path.of("")))).errors())
        .filteredOn(error ->
            !error.contains("expected a readable file") && !error.contains("environment variable"))
        .isEmpty();
  }

  @Test
  void somethingIsShipped() throws IOException {
    assertThat(shippedExamples()).hasSizeGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listners: []",
        "transport: fast",
        "limits: { connections: many }",
        "limits: { head: 16KB }",
        "limits: { headTimeout: 10 }",
        "admin: { bind: localhost }",
        "dns: { servers: [ns.example.com] }",
        "services: { chat: { blance: random } }",
        "services: { chat: { backends: ['a:80'] } }",
        "services: { chat: { retries: lots } }",
        "services: { chat: { maxConnectionAge: { mx: 1h } } }",
        "services: { chat: { drain: { rate: 5 } } }",
        "routes: [{ match: { path: ws } }]",
        "routes: [{ match: { headers: { a: [b] } } }]"
      })
  void refusesMistakes(String mistake) {
    String key = mistake.substring(0, mistake.indexOf(':') + 1);
    String rest =
        """
        listeners: [{ bind: ":8080" }]
        routes: [{ service: chat }]
        services: { chat: { backends: [ws://a] } }
        """;
    assertThat(validate(rest)).isEmpty();
    String yaml =
        rest.lines().filter(line -> !line.startsWith(key)).reduce(mistake, (a, b) -> a + "\n" + b);

    assertThat(validate(yaml)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"listeners", "routes", "services"})
  void asksForWhatMustBeThere(String key) {
    assertThat(validate("{}")).anyMatch(error -> error.getMessage().contains("'" + key + "'"));
  }

  private static List<Error> validate(String yaml) {
    Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SCHEMA.validate(JsonMapper.shared().valueToTree(document));
  }
}
