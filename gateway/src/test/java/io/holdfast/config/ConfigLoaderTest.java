package io.holdfast.config;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.holdfast.config.source.ConfigError;
import io.holdfast.config.source.Problems;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.YamlSource;
import io.holdfast.model.Admin;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.HostPattern;
import io.holdfast.model.Listener;
import io.holdfast.model.Logs;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {

  private static final String LEAST =
      """
      listeners: [{ bind: ":8080" }]
      routes: [{ service: chat }]
      services: { chat: { backends: ["ws://127.0.0.1:8001"] } }
      """;

  @TempDir private Path folder;

  @Test
  void theLeastThatWorks() throws Exception {
    Snapshot snapshot = load(LEAST, Map.of());

    assertThat(snapshot.listeners())
        .containsExactly(new Listener("0.0.0.0", 8080, null, List.of()));
    assertThat(snapshot.admin()).isEqualTo(new Admin(true, "127.0.0.1", 9900, null));
    assertThat(snapshot.routes()).extracting(Route::name).containsExactly("chat");
    assertThat(snapshot.services()).containsOnlyKeys("chat");
    assertThat(snapshot.transport()).isEqualTo(Transport.AUTO);
  }

  @Test
  void groupsWithoutAStateFolderAreWarnedOf() throws Exception {
    String groups =
        """
        listeners: [{ bind: ":8080" }]
        routes: [{ service: chat }]
        services:
          chat:
            groups: { blue: 100, green: 0 }
            backends: [{ url: "ws://a", group: blue }, { url: "ws://b", group: green }]
        """;
    assertThat(ConfigLoader.load(write(groups), Map.of()).warnings())
        .singleElement()
        .extracting(ConfigError::message, as(STRING))
        .contains("services: there are groups, but no state folder: deploys do not outlive");
    assertThat(ConfigLoader.load(write(groups + "state: state\n"), Map.of()).warnings()).isEmpty();
  }

  @Test
  void theWholeFile() throws Exception {
    Files.createDirectory(folder.resolve("certs"));
    Files.writeString(folder.resolve("certs/chat.pem"), "");
    Files.writeString(folder.resolve("certs/chat.key"), "");

    Snapshot snapshot = load(Examples.WHOLE, Map.of("HOLDFAST_COOKIE", "0123456789abcdef"));

    assertThat(snapshot.listeners()).hasSize(2);
    assertThat(Objects.requireNonNull(snapshot.listeners().get(1).tls()).key())
        .isEqualTo(folder.resolve("certs/chat.key"));
    Route route = snapshot.routes().getFirst();
    assertThat(route.match().hosts()).containsExactly(new HostPattern("chat.example.com", false));
    assertThat(route.match().path()).isEqualTo(PathPattern.parse("/ws/chat/**"));
    assertThat(route.messages().maxMessage()).isEqualTo(1 << 20);
    assertThat(Objects.requireNonNull(snapshot.services().get("chat")).backends())
        .extracting(Backend::address, Backend::weight, Backend::group)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ws://10.0.0.1:8000", 1, null),
            org.assertj.core.groups.Tuple.tuple("ws://10.0.0.2:8000", 2, "green"));
  }

  @Test
  void keysThatComeLaterAreUnknownForNow() throws IOException {
    String yaml =
        LEAST.replace("{ service: chat }", "{ service: chat, admit: { origins: [a], jwt: {} } }");

    assertThat(errors(yaml, Map.of()))
        .containsExactly(
            "2:36: routes[0].admit.origins: unknown key; expected one of maxFrame, maxMessage",
            "2:50: routes[0].admit.jwt: unknown key; expected one of maxFrame, maxMessage");
  }

  @Test
  void allErrorsAtOnceInTheirOrder() throws IOException {
    String yaml =
        """
        listeners: [{ bind: ":8080" }, { bind: 127.0.0.1:8080 }, { bind: ":9900" }]
        transport: fast
        admin: { bind: 127.0.0.1:9900 }
        routes:
          - { service: chat }
          - { service: chta }
          - { service: chat, match: { path: /ws/** } }
          - { name: b, service: chat, match: { hosts: [a.org, b.org] } }
          - { name: c, service: chat, match: { hosts: [b.org] } }
        services:
          chat: { backends: ["ws://a:${PORT}"] }
          "a b": { backends: [ws://a] }
        """;

    assertThat(errors(yaml, Map.of()))
        .containsExactly(
            "1:32: listeners[1]: 127.0.0.1:8080 overlaps 0.0.0.0:8080, which another listener has",
            "2:12: transport: found \"fast\", expected one of auto, io_uring, epoll, nio",
            "3:8: admin: 127.0.0.1:9900 overlaps 0.0.0.0:9900, a listener's address",
            "6:16: routes[1].service: found \"chta\", expected the name of a service; did you mean"
                + " \"chat\"?",
            "7:5: routes[2]: expected a name that no other route has; \"chat\" is taken",
            "9:5: routes[4]: one request could match this route and routes[3] with equal rank;"
                + " expected a difference in host, path or the number of conditions",
            "11:22: services.chat.backends[0]: the environment variable PORT is not set; set it,"
                + " or write ${PORT:default}",
            "12:3: services.a b: found \"a b\", expected a name of at most 64 letters, digits, dots,"
                + " dashes and underscores, with a letter or digit first and last");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listeners | listeners: expected at least one listener",
        "routes | routes: expected at least one route",
        "services | services: expected at least one service",
      })
  void whatMustBeThere(String key, String message) throws IOException {
    String yaml =
        LEAST.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");

    assertThat(errors(yaml, Map.of())).containsExactly("1:1: " + message);
  }

  @Test
  void aFileThatIsNoMapping() throws IOException {
    assertThat(errors("- a", Map.of()))
        .containsExactly("1:1: found a list, expected keys with values");
    assertThat(errors("", Map.of())).hasSize(3);
    assertThat(errors("a: [", Map.of())).singleElement().asString().contains("not YAML");
  }

  @Test
  void flagsBeatTheEnvironmentWhichBeatsTheFile() throws Exception {
    Path file = write(LEAST + "logs: { level: error, format: json, access: json }\nadmin:\n");
    Map<String, String> environment =
        Map.of(
            "HOLDFAST_LOGS_LEVEL", "warn",
            "HOLDFAST_LOGS_ACCESS", "off",
            "HOLDFAST_ADMIN_TOKEN", "letmein",
            "HOLDFAST_SHUTDOWN_READINESS_DELAY", "5s",
            "HOLDFAST_TRANSPORT", "");

    Snapshot snapshot =
        ConfigLoader.load(
                file,
                Map.of("logs.level", "debug", "admin.bind", "0.0.0.0:1", "transport", "nio"),
                environment)
            .snapshot();

    assertThat(snapshot.logs())
        .isEqualTo(new Logs(Logs.Level.DEBUG, Logs.Format.JSON, Logs.AccessFormat.OFF));
    assertThat(snapshot.admin()).isEqualTo(new Admin(true, "0.0.0.0", 1, "letmein"));
    assertThat(snapshot.shutdown().readinessDelay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(snapshot.transport()).isEqualTo(Transport.NIO);
  }

  @Test
  void errorsOfFlagsAndVariablesNameThem() throws IOException {
    Path file = write(LEAST);
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    file,
                    Map.of("shutdown.readinessDelay", "x"),
                    Map.of("HOLDFAST_LOGS_LEVEL", "loud")));

    assertThat(e.errors())
        .extracting(ConfigError::message)
        .containsExactly(
            "--set shutdown.readinessDelay: shutdown.readinessDelay: found \"x\", expected a duration"
                + " such as 250ms, 10s, 5m, 24h or 7d, or off",
            "HOLDFAST_LOGS_LEVEL: logs.level: found \"loud\", expected one of debug, info, warn,"
                + " error");
  }

  @Test
  void flagsReachEveryOption() throws Exception {
    Path file = write(LEAST);
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("services.chat.balance", "random");
    flags.put("services.chat.backends[1].url", "ws://127.0.0.2:8002");
    flags.put("services.chat.backends[1].weight", "3");
    flags.put("routes[0].match.hosts[0]", "chat.example.com");
    flags.put("listeners[0].bind", "127.0.0.1:9999");

    Snapshot snapshot = ConfigLoader.load(file, flags, Map.of()).snapshot();

    assertThat(snapshot.listeners().getFirst().port()).isEqualTo(9999);
    assertThat(snapshot.routes().getFirst().match().hosts()).hasSize(1);
    Service chat = Objects.requireNonNull(snapshot.services().get("chat"));
    assertThat(chat.balance().algorithm()).isEqualTo(Balance.RANDOM);
    assertThat(chat.backends().get(1).weight()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services.chat.blance | --set services.chat.blance: services.chat.blance: unknown key; did you mean \"balance\"?",
        "routes | --set routes: routes: found a single value, expected a list",
        "routes[3].service | --set routes[3].service: routes[3].service: there is no item [3], expected at most [1]",
        "listeners.bind | --set listeners.bind: listeners.bind: found a list on the way, expected keys with values",
        "services[0] | --set services[0]: services[0]: found a mapping on the way, expected a list",
      })
  void aFlagThatLeadsNowhereIsNamed(String path, String message) throws IOException {
    Path file = write(LEAST);
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, Map.of(path, "x"), Map.of()));

    assertThat(e.errors()).extracting(ConfigError::message).containsExactly(message);
  }

  @Test
  void pathsAreWrittenWithDotsAndBrackets() {
    assertThat(List.of("transport", "a.b", "a[0]", "a[0].b[12].c")).allMatch(ConfigLoader::isPath);
    assertThat(List.of("", ".a", "a.", "a..b", "a[", "a[x]", "[0]", "a]", "a[0]b"))
        .noneMatch(ConfigLoader::isPath);
  }

  @Test
  void oneListenerPerAddressEvenWhereThePortIsFree() throws IOException {
    String free = LEAST.replace("{ bind: \":8080\" }", "{ bind: \"127.0.0.1:0\" }, { bind: X }");

    assertThat(write(free.replace("X", "\"127.0.0.2:0\"")))
        .satisfies(file -> ConfigLoader.load(file, Map.of()));
    assertThat(errors(free.replace("X", "\"127.0.0.1:0\""), Map.of()))
        .singleElement()
        .asString()
        .endsWith("listeners[1]: 127.0.0.1:0 overlaps 127.0.0.1:0, which another listener has");
  }

  @Test
  void flagsAlone() throws Exception {
    Snapshot snapshot =
        ConfigLoader.fromFlags(
                List.of(":8080"),
                List.of("ws://127.0.0.1:8001", "ws://127.0.0.1:8002"),
                Map.of(),
                Map.of("HOLDFAST_ADMIN_ENABLED", "false"))
            .snapshot();

    assertThat(snapshot.listeners())
        .containsExactly(new Listener("0.0.0.0", 8080, null, List.of()));
    assertThat(snapshot.admin().enabled()).isFalse();
    Route route = snapshot.routes().getFirst();
    assertThat(route.match().path()).isEqualTo(PathPattern.EVERYTHING);
    assertThat(route.service()).isEqualTo("default");
    assertThat(Objects.requireNonNull(snapshot.services().get("default")).backends())
        .extracting(Backend::address)
        .containsExactly("ws://127.0.0.1:8001", "ws://127.0.0.1:8002");
  }

  @Test
  void wrongFlagsAreNamed() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigLoader.fromFlags(
                    List.of("8080"), List.of("localhost:1"), Map.of(), Map.of()));

    assertThat(e.errors())
        .extracting(ConfigError::message)
        .containsExactly(
            "--listen: listeners[0].bind: found \"8080\", expected an address such as"
                + " 0.0.0.0:8080, :8080 or [::1]:8080",
            "--to: services.default.backends[0]: found \"localhost:1\", expected an address such as"
                + " ws://10.0.0.1:8000 or wss://chat.internal/base");
  }

  /** Whatever is wrong anywhere else, and however a secret itself is wrong. */
  @Test
  void secretsAreInNoMessage() throws IOException {
    String secret = "S3CRET";
    for (String yaml :
        List.of(
            "admin: { bind: 1, token: S3CRET }",
            "admin: { token: [S3CRET] }",
            "admin: { token: { a: S3CRET } }",
            "admin: { token: *S3CRET }",
            "admin: { token: !S3CRET!x y }",
            "admin:\n  token: !<S3CRET y",
            "admin: { token: &S3CRET &S3CRET x }",
            "admin: { token: @S3CRET }",
            "admin: { token: %S3CRET }",
            "admin:\n  token: a: S3CRET",
            "admin:\n  token: |S3CRET",
            "admin:\n  token: \"\\qS3CRET\"",
            "admin: S3CRET",
            "admin: { tokken: S3CRET }",
            "admin: { token: 'S3CRET }",
            "admin: { token: ${TOKEN}, bind: 0 }",
            "admin: { token: \"S3CRET\" S3CRET }",
            "services: { chat: { affinity: { cookie: { secret: S3CRET } } } }",
            "services: { chat: { affinity: { cookie: S3CRET } } }",
            "services: { chat: { backends: ['ws:/user:S3CRET@a', 'user:S3CRET@a'] } }",
            "routes: [{ headers: { request: { set: { Authorization: \"S3CRET\\0\" } } } }]",
            "routes: [{ headers: { request: { set: S3CRET } } }]")) {
      assertThat(errors(yaml, Map.of("TOKEN", secret)))
          .as(yaml)
          .isNotEmpty()
          .noneMatch(message -> message.contains(secret));
    }
  }

  /** Whatever is in the file: a snapshot, or errors that each say something. */
  @Test
  void anyFileGetsAnAnswer() throws IOException {
    long seed = Long.getLong("holdfast.seed", new Random().nextLong());
    Random random = new Random(seed);
    String pieces = " \n\t:-[]{}#&*!|>'\"%@`$?,\u0000\ufeffa1é\ud83d\ude00";
    for (int round = 0; round < 3_000; round++) {
      StringBuilder yaml = new StringBuilder(Examples.WHOLE);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(yaml.length());
        switch (random.nextInt(3)) {
          case 0 -> yaml.deleteCharAt(at);
          case 1 -> yaml.insert(at, pieces.charAt(random.nextInt(pieces.length())));
          default -> yaml.delete(at, Math.min(yaml.length(), at + random.nextInt(40)));
        }
      }
      Problems problems = new Problems();
      Tree tree = YamlSource.parse("c", yaml.toString(), Map.of(), problems);
      Section.read(tree, problems, in -> FileConfig.read(in, new Folder(folder)));

      assertThat(problems.errors())
          .as("seed %d:\n%s", seed, yaml)
          .allSatisfy(error -> assertThat(error.message()).hasSizeGreaterThan(10));
    }
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("holdfast.yaml"), yaml);
  }

  private Snapshot load(String yaml, Map<String, String> environment) throws Exception {
    return ConfigLoader.load(write(yaml), environment).snapshot();
  }

  /** Messages without the file. */
  private List<String> errors(String yaml, Map<String, String> environment) throws IOException {
    Path file = write(yaml);
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, environment));
    assertThat(e)
        .hasMessage(String.join("\n", e.errors().stream().map(ConfigError::message).toList()));
    return e.errors().stream()
        .map(error -> error.message().substring(file.toString().length() + 1))
        .toList();
  }
}
