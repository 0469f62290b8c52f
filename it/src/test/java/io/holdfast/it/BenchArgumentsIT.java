package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts of {@code bench/} say about arguments that make no sense to them. */
final class BenchArgumentsIT {
  private static final Path BENCH = Path.of("..", "bench");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run.sh | --fast | unknown option or scenario '--fast'
          run.sh | -r | -r needs a value
          run.sh | -r 0 | -r is '0', but must be a whole number above 0
          run.sh | -p squid | there is no proxy 'squid', but
          regress.sh | --stricter | unknown option '--stricter'
          regress.sh | --bound x=1 | --bound is 'x=1', but must be NAME=VALUE with
          start.sh | -n many | -n is 'many', but must be a whole number above 0
          pauses.sh | -n 9 | -n is 9, but must be at least 10
          deploy.sh | envoy | unknown option or proxy 'envoy'
          deploy.sh | -c | -c needs a value
          storm.sh | -s 1m | -s is '1m', but must be a whole number above 0
          storm.sh | -m few | -m is 'few', but must be a number
          storm.sh | -x | unknown option or proxy '-x'
          chat.sh | -c 1.5 | -c is '1.5', but must be a whole number above 0
          scenarios.sh | --reports | --reports needs a value
          adapter-go.sh | -c few | -c is 'few', but must be a whole number above 0
          """)
  void whatIsWrongIsNamedAndNothingIsRun(String script, String arguments, String wrong)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of("timeout", "20", BENCH.resolve(script).toString()));
    command.addAll(Arrays.asList(arguments.split(" ", -1)));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said)
        .startsWith("bench/" + script + ": " + wrong)
        .endsWith("; see bench/" + script + " --help\n");
    assertThat(process.waitFor()).isEqualTo(2);
  }
}
