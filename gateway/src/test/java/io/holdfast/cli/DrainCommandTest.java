package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DrainCommandTest {
  private final AdminStub stub = new AdminStub(new DrainCommand());

  DrainCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void warnsOfARateThatDoesNotReachAll() {
    stub.answers(
        200,
        """
        {"backends":[{"service":"chat","address":"ws://a:1","state":"draining"}],
         "warnings":["backend ws://a:1 of service chat: at 1.0/s only 2 of 9 relays go"]}
        """);

    assertThat(stub.run("a:1", "--rate", "1", "--deadline", "2")).isZero();
    assertThat(stub.out.toString()).contains("service chat: backend ws://a:1 is draining");
    assertThat(stub.err.toString())
        .contains("backend ws://a:1 of service chat: at 1.0/s only 2 of 9 relays go");
  }

  /** What a gateway says of its drains, and that one begins. */
  private static final String NONE_YET = "{\"drains\":[],\"state\":\"draining\"}";

  private static String drains(String state, int toGo, double seconds) {
    return """
    {"drains":[{"id":1,"service":"","why":"shutdown","state":"%s","since":"2026-11-27T12:00:00Z",
      "found":5000,"ended":%d,"toGo":%d,"secondsToGo":%s}]}
    """
        .formatted(state, 5000 - toGo, toGo, seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "running | 4900 | 24.5 | 1 | the gateway is gone, with 4900 of 5000 to go",
        "running | 100  | 0.5  | 0 | the gateway has ended",
        "done    | 0    | 0    | 0 | the gateway has ended",
        "stopped | 4900 | 24.5 | 1 | 4900 of 5000 to go, 0 moved, 100 ended; stopped"
      })
  void aGatewayThatIsGoneHasEndedOnlyIfItWasAboutTo(
      String state, int toGo, double seconds, int code, String said) {
    stub.answers(200, List.of(NONE_YET, NONE_YET, drains(state, toGo, seconds)), true);
    assertThat(stub.run("--gateway", "--wait")).isEqualTo(code);
    assertThat(stub.out.toString().strip()).endsWith(said);
  }

  @Test
  void anotherGatewayAtTheSameAddressIsNotTheOneThatDrains() {
    stub.answers(200, List.of(NONE_YET, NONE_YET, drains("running", 5, 0.1), NONE_YET), false);
    assertThat(stub.run("--gateway", "--wait")).isZero();
  }

  @Test
  void whatIsLeftIsAFailureAsTheHelpSays() {
    stub.answers(
        200,
        """
        {"backends":[{"service":"chat","address":"ws://a:1","state":"draining"}],
         "drains":[{"id":1,"service":"chat","backend":"ws://a:1","why":"backend drains",
           "state":"done","since":"2026-11-27T12:00:00Z","found":3,"ended":2,"left":1}]}
        """);

    assertThat(stub.run("a:1", "--wait")).isEqualTo(1);
    assertThat(stub.out.toString()).contains("2 ended, 1 left where they are");
    stub.execute("--help");
    assertThat(stub.out.toString()).contains("relays are left");
  }
}
