package io.holdfast.cli;

/** What the exit codes of all commands mean. */
public final class ExitCodes {

  /** It worked. */
  public static final int FINE = 0;

  /** It did not work; the message says why. */
  public static final int FAILED = 1;

  /** The command line itself is wrong. */
  public static final int USAGE = 2;

  /** The gateway or server that it was about cannot be reached. */
  public static final int UNREACHABLE = 3;

  /** A signal cut it short. */
  public static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
