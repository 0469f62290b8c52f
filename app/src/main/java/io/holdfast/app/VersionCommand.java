package io.holdfast.app;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast version}, and what {@code holdfast -V} prints. */
@Command(
    name = "version",
    description = "Prints the versions of Holdfast, of the Java runtime and of Netty.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:It was printed.", "2:The command line is wrong."},
    footer = {"", "Examples:", "  holdfast version", "  holdfast version --json | jq -r .commit"})
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    BuildInfo build = BuildInfo.load();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        json
            ? """
            {"version":"%s","commit":"%s","buildJdk":"%s","java":"%s","vm":"%s","netty":"%s"}
            """
            : """
            holdfast %s
            commit   %s
            built by JDK %s
            java     %s (%s)
            netty    %s
            """,
        build.version(),
        build.commit(),
        build.jdk(),
        Runtime.version(),
        System.getProperty("java.vm.name"),
        build.netty());
    out.flush();
  }

  /** The short form, for {@code -V}. */
  static final class ShortVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"holdfast " + BuildInfo.load().version()};
    }
  }
}
