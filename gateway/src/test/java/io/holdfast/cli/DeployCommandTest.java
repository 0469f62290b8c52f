package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
