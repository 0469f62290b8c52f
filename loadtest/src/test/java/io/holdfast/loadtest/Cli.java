package io.holdfast.loadtest;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command as the shell would, and keeps what it printed. */
record Cli(int code, String out, String err) {

  static Cli loadtest(String... args) {
    return run(new LoadtestCommand(), args);
  }

  static Cli connect(String input, String... args) {
    return run(new ConnectCommand(new BufferedReader(new StringReader(input))), args);
  }

  static Cli run(Object command, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(command)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Cli(code, out.toString(), err.toString());
  }
}
