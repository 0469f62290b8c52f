package io.holdfast.config.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlSourceTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("PORT", "8080", "HOST", "example.com", "EMPTY", "", "ODD", "a$b${HOST}");

  private final Problems problems = new Problems();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "${PORT}, 8080",
        "'${HOST}:${PORT}', example.com:8080",
        "${NOPE:9090}, 9090",
        "${PORT:9090}, 8080",
        "'${NOPE:http://a:1}', http://a:1",
        "$$, $",
        "$${PORT}, ${PORT}",
        "$$$${PORT}, $${PORT}",
        "cost $5, cost $5",
        "a$, a$",
        "${ODD}, a$b${HOST}",
      })
  void resolvesTheEnvironment(String written, String expected) {
    assertThat(value("key: " + written)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1020, 1021, 1022, 1023, 1024})
  void aCharacterOfTwoCodeUnitsMayStandAnywhere(int before) {
    assertThat(value("# " + "x".repeat(before) + "\ud83d\ude00\nkey: here")).isEqualTo("here");
  }

  @Test
  void emptyIsAValueToo() {
    assertThat(value("key: ${EMPTY:other}")).isEmpty();
    assertThat(value("key: ${NOPE:}")).isEmpty();
  }

  @Test
  void resolvesTheEnvironmentInKeys() {
    assertThat(value("k${NOPE:ey}: 1")).isEqualTo("1");
  }

  @Test
  void saysWhichVariableIsMissingAndWhere() {
    parse("a:\n  b: [x, '${TOKEN}']");

    assertThat(messages())
        .containsExactly(
            "c.yaml:2:10: a.b[1]: the environment variable TOKEN is not set; set it, or write"
                + " ${TOKEN:default}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"${PORT", "${}", "${1A}", "${A B}", "${:x}"})
  void refusesReferencesThatAreNone(String written) {
    parse("key: \"" + written + "\"");

    assertThat(messages())
        .containsExactly(
            "c.yaml:1:6: key: expected ${NAME} or ${NAME:default} after a dollar; write $$ for a"
                + " dollar");
  }

  @Test
  void knowsEveryPlace() {
    Tree.Mapping root = (Tree.Mapping) parse("a:\n  - b: 1\n  - 'c'");
    Tree.Sequence list = (Tree.Sequence) entry(root, "a");

    assertThat(root.keys().get("a")).isEqualTo(new Place("c.yaml", 1, 1));
    assertThat(list.items())
        .extracting(Tree::place)
        .containsExactly(new Place("c.yaml", 2, 5), new Place("c.yaml", 3, 5));
  }

  @Test
  void refusesRepeatedKeys() {
    parse("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3");

    assertThat(messages())
        .containsExactly("c.yaml:5:3: b.c: the key stands here again; it is on line 3 already");
  }

  @Test
  void readsAliases() {
    Tree.Mapping root = (Tree.Mapping) parse("a: &x { b: 1 }\nc: *x");

    assertThat(root.entries().get("c")).isSameAs(root.entries().get("a"));
    assertThat(messages()).isEmpty();
  }

  @Test
  void refusesAliasesThatHoldThemselves() {
    parse("a: &x\n  b: *x");

    assertThat(messages())
        .containsExactly("c.yaml:1:4: a.b: an alias to something that holds the alias itself");
  }

  @Test
  void syntaxErrorsHaveAPlaceAndQuoteNothing() {
    parse("a: 1\nb: \"S3CRET\nc: [");

    assertThat(messages()).singleElement().asString().startsWith("c.yaml:3:");
    assertThat(messages().getFirst()).contains("not YAML").doesNotContain("S3CRET");
  }

  @Test
  void refusesTabsAsIndent() {
    parse("a:\n\tb: 1");

    assertThat(messages()).singleElement().asString().startsWith("c.yaml:2:1: not YAML");
  }

  @Test
  void refusesASecondDocument() {
    parse("a: 1\n---\nb: 2");

    assertThat(messages()).singleElement().asString().startsWith("c.yaml:2:1: not YAML");
  }

  @Test
  void refusesControlCharacters() {
    parse("a: \u0001");

    assertThat(messages())
        .containsExactly("c.yaml:1:1: expected printable characters only, as YAML asks for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void refusesWhatIsNestedTooDeep(String opening) {
    parse(opening.repeat(50_000));

    assertThat(messages()).singleElement().asString().endsWith("not YAML: nested too deep");
  }

  @Test
  void aliasesOfAliasesCostLittle() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      yaml.append("a%d: &a%d [%s, %s, %s]\n".formatted(i, i, alias, alias, alias));
    }

    assertThat(((Tree.Mapping) parse(yaml.toString())).entries()).hasSize(30);
    assertThat(messages()).isEmpty();
  }

  @Test
  void refusesKeysThatAreNoNames() {
    parse("a:\n  ? [b]\n  : c");

    assertThat(messages()).containsExactly("c.yaml:2:5: a: expected a name as key");
  }

  @Test
  void anEmptyDocumentIsAnEmptyMapping() {
    assertThat(((Tree.Mapping) parse("# nothing\n")).entries()).isEmpty();
    assertThat(messages()).isEmpty();
  }

  @Test
  void saysWhenThereIsNoFile() {
    Path file = folder.resolve("none.yaml");

    YamlSource.read(file, Map.of(), problems);

    assertThat(messages()).containsExactly(file + ": there is no such file");
  }

  @Test
  void saysWhenTheFileIsAFolder() {
    YamlSource.read(folder, Map.of(), problems);

    assertThat(messages())
        .containsExactly(folder + ": is a directory; expected a readable YAML file");
  }

  @Test
  void refusesOtherEncodings() throws IOException {
    Path file = Files.writeString(folder.resolve("latin.yaml"), "a: ä", ISO_8859_1);

    YamlSource.read(file, Map.of(), problems);

    assertThat(messages()).containsExactly(file + ": expected a text file in UTF-8");
  }

  private Tree parse(String yaml) {
    return YamlSource.parse("c.yaml", yaml, ENVIRONMENT, problems);
  }

  private String value(String yaml) {
    Tree.Mapping root = (Tree.Mapping) parse(yaml);
    assertThat(messages()).isEmpty();
    return ((Tree.Scalar) entry(root, "key")).text();
  }

  private static Tree entry(Tree.Mapping mapping, String key) {
    return Objects.requireNonNull(mapping.entries().get(key));
  }

  private List<String> messages() {
    return problems.errors().stream().map(ConfigError::message).toList();
  }
}
