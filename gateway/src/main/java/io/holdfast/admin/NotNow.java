package io.holdfast.admin;

/** What is asked for cannot be done as the gateway stands; the message tells the user why. */
public final class NotNow extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * With its reason.
   *
   * @param reason a sentence
   */
  public NotNow(String reason) {
    super(reason);
  }
}
