package io.holdfast.chat.auth;

/** A client may not connect. Its message is for the client. */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  Refused(String why) {
    super(why, null, false, false);
  }

  /** Why, for people. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
