package io.holdfast.lifecycle.deploy;

/** Where a deploy stands. Each leads to the next, or to {@link RollingBack}. */
public sealed interface Phase {
  /** The group's start command runs. */
  record Starting() implements Phase {}

  /** All of its backends are waited for to be well. */
  record Waiting() implements Phase {}

  /** Each of its backends must pass the smoke script. */
  record Smoking() implements Phase {}

  /**
   * It gets a share of the new clients, and is compared with the others.
   *
   * @param step counts from 0
   */
  record Baking(int step) implements Phase {}

  /** It gets all new clients, and those that the others still have are moved, or ended. */
  record Draining() implements Phase {}

  /** The stop commands of the others run. */
  record Stopping() implements Phase {}

  /**
   * Everything goes back to the others.
   *
   * @param served whether the new group may have got clients by the deploy
   */
  record RollingBack(String why, boolean served) implements Phase {}

  /** It has all clients. The end. */
  record Done() implements Phase {}

  /** The others have all clients. The end. */
  record RolledBack(String why) implements Phase {}

  /** Whether nothing comes after it. */
  default boolean over() {
    return this instanceof Done || this instanceof RolledBack;
  }

  /** As logs and the API have it. */
  default String word() {
    return switch (this) {
      case Starting _ -> "starting";
      case Waiting _ -> "waiting";
      case Smoking _ -> "smoking";
      case Baking _ -> "baking";
      case Draining _ -> "draining";
      case Stopping _ -> "stopping";
      case RollingBack _ -> "rolling_back";
      case Done _ -> "done";
      case RolledBack _ -> "rolled_back";
    };
  }
}
