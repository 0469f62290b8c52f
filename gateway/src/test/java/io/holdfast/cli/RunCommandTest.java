package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class RunCommandTest {
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new RunCommand()).setErr(new PrintWriter(err, true)).execute(arguments);
  }

  @Test
  void whatIsNoPathIsAMistakeOfTheCommandLine() {
    assertThat(run("--listen=127.0.0.1:0", "--to=ws://127.0.0.1:1", "--set=logs..level=x"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--set is given the path \"logs..level\"; expected one");
  }

  @Test
  void aPathThatLeadsNowhereIsAnErrorOfTheConfiguration() {
    assertThat(run("--listen=127.0.0.1:0", "--to=ws://127.0.0.1:1", "--set=services.a[2]=x"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("--set services.a[2]: services.a[2]: there is no item [2], expected at most [0]");
  }
}
