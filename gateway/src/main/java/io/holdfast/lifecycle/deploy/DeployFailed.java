package io.holdfast.lifecycle.deploy;

/** A deploy cannot go on; the message says why, for people. */
public final class DeployFailed extends Exception {
  private static final long serialVersionUID = 1;

  /** For a reason. */
  public DeployFailed(String why) {
    super(why);
  }

  /** Why. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
