package io.holdfast.cli;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that asks something of a running gateway by its admin listener. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class AdminCommand implements Callable<Integer> {

  /** What a header carries unharmed. */
  private static final Pattern SENDABLE = Pattern.compile("[ -~]+");

  @Spec private CommandSpec spec;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "Where the gateway's admin listener is (default ${DEFAULT-VALUE}).",
      defaultValue = "http://127.0.0.1:9900")
  private String admin;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The admin token (default: the environment's HOLDFAST_ADMIN_TOKEN).",
      defaultValue = "${env:HOLDFAST_ADMIN_TOKEN}",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private @Nullable String token;

  @Override
  public Integer call() throws InterruptedException {
    URI url = AdminUrl.of("--admin", admin, spec.commandLine());
    String given = token == null || token.isEmpty() ? null : token;
    if (given != null && !SENDABLE.matcher(given).matches()) {
      throw mistake("the token cannot be sent; expected ASCII without control characters");
    }
    try (AdminClient client = new AdminClient(url, given)) {
      return ask(client);
    } catch (AdminException e) {
      err().println(e.getMessage());
      return ExitCodes.FAILED;
    } catch (HttpTimeoutException e) {
      err().println("The gateway at " + admin + " did not answer in time.");
      return ExitCodes.UNREACHABLE;
    } catch (ConnectException e) {
      err()
          .println(
              isUnresolved(e)
                  ? "The host of " + admin + " is not known."
                  : "No gateway can be reached at "
                      + admin
                      + "; is it running, and with that address?");
      return ExitCodes.UNREACHABLE;
    } catch (IOException e) {
      err()
          .println(
              "No answer of a gateway at "
                  + admin
                  + " ("
                  + (e.getMessage() == null ? e : e.getMessage())
                  + "); is that its admin listener?");
      return ExitCodes.UNREACHABLE;
    }
  }

  private static boolean isUnresolved(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof UnresolvedAddressException || (cause != null && isUnresolved(cause));
  }

  ParameterException mistake(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  /**
   * Asks, and reports the answer.
   *
   * @return the exit code
   */
  abstract int ask(AdminClient client) throws AdminException, IOException, InterruptedException;

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
