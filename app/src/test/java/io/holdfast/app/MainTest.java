package io.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine(args)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void versionTellsWhatWasBuilt() {
    assertThat(run("version")).isZero();
    assertThat(out.toString())
        .matches("(?s)holdfast \\d+\\.\\d+\\.\\d+\\R.*commit +\\S+\\R.*netty +4\\.2\\.\\d+.*");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void versionIsReadableByPrograms() {
    assertThat(run("version", "--json")).isZero();
    assertThat(out.toString())
        .matches("\\{\"version\":\"[^\"]+\",\"commit\":.*\"netty\":\"4.*\"}\\R");
  }

  @Test
  void helpListsEveryCommandAndTheExitCodes() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains(Commands.NAMES).contains("130  interrupted");
  }

  @Test
  void everyCommandHasItsNameADescriptionAndExamples() {
    CommandLine root = Main.commandLine();
    assertThat(root.getSubcommands().keySet()).containsExactlyElementsOf(Commands.NAMES);
    root.getSubcommands()
        .forEach((name, command) -> {
          assertThat(command.getCommandName()).isEqualTo(name);
          assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
          assertThat(String.join("\n", command.getCommandSpec().usageMessage().footer()))
              .as("examples of %s", name)
              .contains("holdfast " + name);
        });
  }

  @Test
  void theDemoPrintsItsConfigurationWithoutStarting() {
    assertThat(run("demo", "--print-config", "--port", "8123")).isZero();
    assertThat(out.toString()).contains("bind: 127.0.0.1:8123").contains("least_connections");
  }

  @Test
  void aPortThatIsNoneIsAMistake() {
    assertThat(run("demo", "--port", "70000")).isEqualTo(2);
    assertThat(err.toString()).contains("--port is 70000, but must be 0 to 65535");
  }

  @Test
  void onlyTheNamedCommandIsLoaded() {
    assertThat(Main.commandLine("version", "--json").getSubcommands()).hasSize(1);
  }

  @Test
  void withoutACommandTheHelpTellsWhichThereAre() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: holdfast").contains(Commands.NAMES);
  }

  @Test
  void anUnknownCommandIsAnsweredWithASuggestion() {
    assertThat(run("verson")).isEqualTo(2);
    assertThat(err.toString()).contains("verson").contains("Did you mean").contains("version");
  }

  @Test
  void anUnknownOptionNamesTheCommandWhoseHelpTellsMore() {
    assertThat(run("version", "--jsn")).isEqualTo(2);
    assertThat(err.toString())
        .contains("holdfast version: Unknown option: '--jsn'")
        .contains("See holdfast version --help.");
  }

  @Test
  void everyCommandTellsTheVersion() {
    for (String name : Commands.NAMES) {
      out.getBuffer().setLength(0);
      assertThat(run(name, "-V")).isZero();
      assertThat(out.toString()).as(name).matches("holdfast \\d+\\.\\d+\\.\\d+\\R");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nosuch | holdfast: there is no command 'nosuch'",
        "check a b | holdfast check: unexpected argument 'b'",
        "demo --port x | holdfast demo: Invalid value for option '--port': 'x' is not a whole number",
      })
  void aStrayArgumentIsNamedWithoutJargon(String line, String sentence) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith(sentence + System.lineSeparator());
  }

  @Test
  void aFailureIsOneSentenceAndItsExitCode() {
    assertThat(fail(new NoSuchFileException("a.yaml"), false)).isEqualTo(1);
    assertThat(err.toString()).isEqualToNormalizingNewlines("fails: no such file: a.yaml\n");
  }

  @Test
  void anUnreachablePeerHasItsOwnExitCode() {
    ConnectException refused = new ConnectException("Connection refused: 127.0.0.1:9");
    assertThat(fail(new UncheckedIOException(refused), false)).isEqualTo(3);
    assertThat(err.toString()).contains("cannot connect: Connection refused: 127.0.0.1:9");
  }

  @Test
  void anInterruptionHasItsOwnExitCode() {
    assertThat(fail(new InterruptedException(), false)).isEqualTo(130);
  }

  @Test
  void aBugSaysHowToFindIt() {
    assertThat(fail(new NullPointerException("x"), false)).isEqualTo(1);
    assertThat(err.toString())
        .contains("NullPointerException")
        .contains("HOLDFAST_DEBUG=1")
        .doesNotContain("\tat ");
  }

  @Test
  void debugAddsTheTrace() {
    assertThat(fail(new IOException("broken"), true)).isEqualTo(1);
    assertThat(err.toString()).contains("fails: broken").contains("\tat ");
  }

  private int fail(Exception failure, boolean debug) {
    PrintWriter writer = new PrintWriter(err);
    return new CommandLine(new Fails(failure))
        .setExecutionExceptionHandler(new Failures(writer, debug))
        .execute();
  }

  @Command(name = "fails")
  private record Fails(Exception failure) implements Callable<@Nullable Integer> {
    @Override
    public @Nullable Integer call() throws Exception {
      throw failure;
    }
  }
}
