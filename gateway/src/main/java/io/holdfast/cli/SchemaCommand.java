package io.holdfast.cli;

import io.holdfast.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast schema}: prints the JSON Schema of config files, for editors. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of config files, for editors that complete and check.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:It was printed.", "2:The command line is wrong."},
    footer = {
      "",
      "Example:",
      "  holdfast schema > holdfast.schema.json",
      "and as the first line of holdfast.yaml",
      "  # yaml-language-server: $$schema=holdfast.schema.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the field
public final class SchemaCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(ConfigSchema.text());
    spec.commandLine().getOut().flush();
    return ExitCodes.FINE;
  }
}
