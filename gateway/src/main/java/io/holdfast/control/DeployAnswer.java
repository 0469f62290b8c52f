package io.holdfast.control;

/** What becomes of the wish for a deploy. */
public sealed interface DeployAnswer {
  /** It has begun. */
  record Begun(DeployStatus deploy) implements DeployAnswer {}

  /** There is no such service, or no such group. */
  record Unknown(String why) implements DeployAnswer {}

  /** It cannot be now. */
  record Refused(String why) implements DeployAnswer {}
}
