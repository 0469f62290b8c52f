package io.holdfast.app;

import io.holdfast.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Answers a failed command with one sentence and an exit code; the stack trace only where it is
 * asked for.
 */
final class Failures implements IExecutionExceptionHandler {
  private final PrintWriter err;
  private final boolean debug;

  Failures(PrintWriter err, boolean debug) {
    this.err = err;
    this.debug = debug;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    Throwable cause = unwrap(failure);
    err.println(command.getCommandSpec().qualifiedName() + ": " + sentence(cause));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return code(cause);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof UncheckedIOException && cause != null ? cause : failure;
  }

  private static int code(Throwable failure) {
    return switch (failure) {
      case ConnectException e -> ExitCodes.UNREACHABLE;
      case UnknownHostException e -> ExitCodes.UNREACHABLE;
      case InterruptedException e -> ExitCodes.INTERRUPTED;
      default -> ExitCodes.FAILED;
    };
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException e -> "no such file: " + message;
      case AccessDeniedException e -> "no right to read or write " + message;
      case UnknownHostException e -> "unknown host: " + message;
      case BindException e -> "cannot listen: " + message;
      case ConnectException e -> "cannot connect: " + message;
      case InterruptedException e -> "interrupted";
      case IOException e -> message == null ? e.toString() : message;
      case IllegalArgumentException e when message != null -> message;
      case RuntimeException e when ours(e) && message != null -> message;
      default -> "unexpected " + failure + " (HOLDFAST_DEBUG=1 shows where)";
    };
  }

  /** Our own exception types carry sentences that are meant for users. */
  private static boolean ours(Throwable failure) {
    return failure.getClass().getName().startsWith("io.holdfast.");
  }
}
