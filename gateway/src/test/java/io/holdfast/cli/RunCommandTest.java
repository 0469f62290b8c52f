package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--config a.yaml --set logs | --set is given \"logs\"; expected PATH=VALUE",
        "a.yaml | a file is given with --config: holdfast run --config a.yaml",
        "--config a.yaml --to ws://a | --config and --listen or --to cannot be given together",
        "--take-over-from here --listen :1 --to ws://a | --take-over-from is here; expected a URL such as",
        "--listen :1 | give a file with --config, or both --listen and --to",
      })
  void aMistakeOfTheCommandLineIsASentence(String arguments, String sentence) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith(sentence);
  }

  @Test
  void nobodyCanBeTakenOverFromAtNoPort() {
    assertThat(run("--listen=127.0.0.1:0", "--to=ws://127.0.0.1:1", "--admin=off", "--take-over"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("Nobody can be taken over from: admin.bind has no fixed port; give");
  }

  @Test
  void aWrongAdminAddressIsNamedByItsFlag() {
    assertThat(run("--listen=127.0.0.1:0", "--to=ws://127.0.0.1:1", "--admin=here")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("--admin: admin.bind: found \"here\", expected an address such as");
  }
}
