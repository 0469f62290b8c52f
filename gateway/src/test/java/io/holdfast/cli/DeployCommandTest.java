package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeployCommandTest {
  @TempDir private Path folder;

  private final AdminStub stub = new AdminStub(new DeployCommand());

  DeployCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void aSmokeFileWithoutAScriptIsAMistake() throws Exception {
    Path blank = Files.writeString(folder.resolve("smoke.yaml"), " \n");

    assertThat(stub.execute("chat", "green", "--yes", "--smoke", blank.toString())).isEqualTo(2);
    assertThat(stub.err.toString()).contains("expected a smoke script, and the file is empty");
    assertThat(stub.calls).isEmpty();
  }

  private static String deploys(String phase, String until, String... lines) {
    String log =
        Stream.of(lines)
            .map("{\"at\":\"2026-11-27T12:00:00Z\",\"text\":\"%s\"}"::formatted)
            .collect(Collectors.joining(","));
    return """
    {"deploys":[{"id":7,"service":"chat","group":"green","others":["blue"],"before":{},"file":{},
      "phase":"%s","detail":"","why":null,"since":"2026-11-27T12:00:00Z","until":%s,"log":[%s]}]}
    """
        .formatted(phase, until, log);
  }

  @Test
  void aDeployThatRunsIsShownAgain() {
    String end = "\"2026-11-27T12:01:00Z\"";
    stub.answers(
        200,
        List.of(
            deploys("baking", "null", "starting"),
            deploys("baking", "null", "starting", "step 1"),
            deploys("done", end, "starting", "step 1", "group green has all clients")),
        false);
    assertThat(stub.run("chat", "--watch")).isZero();
    assertThat(stub.out.toString().lines().map(line -> line.split(" ", 2)[1]))
        .containsExactly("starting", "step 1", "group green has all clients");
    assertThat(stub.calls).allMatch(call -> call.startsWith("GET "));
  }

  @Test
  void aDeployThatIsOverIsNotShownAgain() {
    stub.answers(200, deploys("done", "\"2026-11-27T12:01:00Z\"", "starting"));
    assertThat(stub.run("chat", "--watch")).isEqualTo(1);
    assertThat(stub.err.toString()).contains("No deploy of service chat is under way.");
  }

  @Test
  void aGatewayThatIsGoneInTheMiddleLeavesAHint() {
    stub.answers(200, List.of(deploys("baking", "null", "starting")), true);
    assertThat(stub.run("chat", "--watch")).isEqualTo(3);
    assertThat(stub.err.toString()).contains("the next one rolls it back");
  }

  @Test
  void onlyOneThingIsAskedForAtATime() {
    assertThat(stub.execute("chat", "--watch", "--abort")).isEqualTo(2);
    assertThat(stub.execute("chat", "green", "--watch")).isEqualTo(2);
    assertThat(stub.err.toString())
        .contains("--abort, --history and --watch stand alone beside SERVICE");
  }
}
