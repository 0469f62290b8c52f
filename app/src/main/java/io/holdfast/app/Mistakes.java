package io.holdfast.app;

import io.holdfast.cli.ExitCodes;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers a wrong command line with one sentence, what was perhaps meant, and where help is. */
final class Mistakes implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    if (args.length == 0) {
      command.usage(err);
      return ExitCodes.USAGE;
    }
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + sentence(mistake));
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        err.println("Did you mean " + String.join(" or ", near) + "?");
      }
    }
    err.println("See " + name + " --help.");
    err.flush();
    return ExitCodes.USAGE;
  }

  /** What picocli says of stray arguments and of numbers speaks of indexes and Java's types. */
  private static String sentence(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String stray = "'" + String.join("', '", unmatched.getUnmatched()) + "'";
      boolean isRoot = mistake.getCommandLine().getParent() == null;
      return isRoot ? "there is no command " + stray : "unexpected argument " + stray;
    }
    return String.valueOf(mistake.getMessage())
        .replaceFirst("('.*') is not an int$", "$1 is not a whole number");
  }
}
