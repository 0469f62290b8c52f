package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpgradeCommandTest {
  private final AdminStub stub = new AdminStub(new UpgradeCommand());

  UpgradeCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void namesTheNewProcess() {
    stub.answers(200, "{\"pid\":4711,\"asidePort\":9901,\"drains\":[]}");

    assertThat(stub.run("--rate", "50")).isZero();
    assertThat(stub.out.toString().lines())
        .containsExactly("process 4711 has taken over; the old one drains");
    assertThat(stub.calls)
        .containsExactly("POST /api/v1/upgrade?&rate=50.000 null", "GET /api/v1/drains null");
  }

  @Test
  void tellsWhyTheOldOneGoesOn() {
    stub.answers(409, "{\"error\":\"A deploy is under way.\"}");

    assertThat(stub.run()).isEqualTo(1);
    assertThat(stub.err.toString()).contains("answered 409: A deploy is under way.");
  }

  @Test
  void aPaceOfNothingIsAMistake() {
    assertThat(stub.execute("--deadline", "0")).isEqualTo(2);
    assertThat(stub.err.toString())
        .startsWith("--rate and --deadline must be from 0.001 to 999999.999");
  }
}
