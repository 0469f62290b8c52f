package io.holdfast.admin;

/** The admin API answered, but not what was asked for. The message is a sentence for the user. */
public final class AdminException extends Exception {

  /** With a sentence for the user. */
  public AdminException(String message) {
    super(message);
  }
}
