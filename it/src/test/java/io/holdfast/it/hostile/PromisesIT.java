package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises to clients outlive the gateway that made them. */
@SuppressWarnings("NullAway.Init")
final class PromisesIT {
  private static final String KEY = "affinity: { key: header:X-User }\nbalance: random";

  @TempDir Path folder;
  private Node a;
  private Node b;
  private Node c;
  private List<Visitor> visitors;

  @BeforeEach
  void start() throws IOException {
    a = new Node("a");
    b = new Node("b");
    c = new Node("c");
    visitors = Visitor.some(1, 40);
  }

  @AfterEach
  void stop() throws IOException {
    a.close();
    b.close();
    c.close();
  }

  private GatewayProcess gateway(String service) throws IOException {
    return GatewayProcess.start(
        Config.full("state: " + folder, "", service, a.url(), b.url(), c.url()));
  }

  private List<String> ask(GatewayProcess gateway) throws IOException {
    List<String> nodes = new ArrayList<>();
    for (Visitor visitor : visitors) {
      nodes.add(visitor.ask(gateway));
    }
    return nodes;
  }

  private Path file() {
    return folder.resolve("promises-s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "affinity: { cookie: {} }\nbalance: random",
        "affinity: { appCookie: SID }\nbalance: random",
        KEY,
        "affinity: { hash: header:X-User }\nbalance: random"
      })
  void theyHoldOverARestart(String service) throws Exception {
    List<String> before;
    try (GatewayProcess gateway = gateway(service)) {
      before = ask(gateway);
      assertThat(before).contains("a", "b", "c");
    }
    try (GatewayProcess gateway = gateway(service)) {
      assertThat(ask(gateway)).isEqualTo(before);
    }
  }

  @Test
  void aForgedCookieIsANewChoiceAndANewCookie() throws Exception {
    try (GatewayProcess gateway = gateway("affinity: { cookie: {} }\nbalance: random")) {
      for (Visitor visitor : visitors) {
        String node = visitor.ask(gateway);
        visitor.forgeCookies();
        assertThat(visitor.ask(gateway)).isIn("a", "b", "c");
        String now = visitor.ask(gateway);
        assertThat(visitor.ask(gateway)).as("was %s before", node).isEqualTo(now);
      }
    }
  }

  @Test
  void aGatewayThatIsKilledHasWrittenThemBefore() throws Exception {
    List<String> before;
    GatewayProcess gateway = gateway(KEY);
    before = ask(gateway);
    Soon.await().until(() -> Files.exists(file()) && Files.readString(file()).contains("end "));
    gateway.signal(Signal.KILL);
    assertThat(gateway.exitCode()).isEqualTo(137);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file())).doesNotContain("visitor", "127.0.0.1");
    try (GatewayProcess next = gateway(KEY)) {
      assertThat(ask(next)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"half", "garbage", "changed"})
  void aDamagedFileIsSetAsideWithAWarning(String damage) throws Exception {
    try (GatewayProcess gateway = gateway(KEY)) {
      ask(gateway);
    }
    String text = Files.readString(file());
    Files.writeString(
        file(),
        switch (damage) {
          case "half" -> text.substring(0, text.length() / 2);
          case "garbage" -> "\0\1\2";
          default -> text.replaceFirst("\n[0-9a-f]", "\n0");
        });
    try (GatewayProcess gateway = gateway(KEY)) {
      gateway.log().await("WARN .*" + file() + " is damaged and is now " + file() + ".damaged-");
      assertThat(ask(gateway)).contains("a", "b", "c");
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(f -> f.getFileName().toString()).toList())
            .anyMatch(name -> name.startsWith("promises-s.damaged-"));
      }
    }
  }

  @Test
  void promisesOfAnotherKeyAreForgottenWithoutAWord() throws Exception {
    try (GatewayProcess gateway = gateway(KEY)) {
      ask(gateway);
    }
    try (GatewayProcess gateway = gateway("affinity: { key: ip }\nbalance: random")) {
      assertThat(ask(gateway)).contains("a", "b", "c");
      assertThat(gateway.log().matching("damaged")).isEmpty();
    }
  }

  @Test
  void aReloadForgetsNothing() throws Exception {
    try (GatewayProcess gateway = gateway(KEY)) {
      List<String> before = ask(gateway);
      String other = KEY.replace("header:X-User", "{ by: header:X-User, size: 1000 }");
      gateway.rewrite(Config.full("state: " + folder, "", other, a.url(), b.url(), c.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      assertThat(ask(gateway)).isEqualTo(before);
    }
  }
}
