package io.holdfast.balance;

import java.util.Locale;

/**
 * What is said of a backend, by whom.
 *
 * @param override what an operator has said; it beats the rest
 * @param failing whether its probes fail
 * @param ejection what its clients' failures have led to
 */
public record Standing(Word override, boolean failing, Ejected ejection) {

  /** Of one that nobody has said anything of. */
  public static final Standing FINE = new Standing(Word.NONE, false, Ejected.NO);

  /** What an operator has said of a backend. */
  public enum Word {
    /** Nothing: probes and failures decide. */
    NONE,
    /** Takes new work, whatever probes say. */
    UP,
    /** Takes none; what it has stays. */
    DOWN,
    /** Takes none, and what it has ends at the service's pace. */
    DRAIN,
    /** Takes no new clients; those that were promised it may come back. */
    SOFT_DRAIN;

    /** As it stands in the API and on disk. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether a backend is ejected. */
  public enum Ejected {
    NO,
    YES,
    /** One client at a time may try it. */
    TRIAL
  }

  /** With another word of an operator. */
  public Standing withOverride(Word word) {
    return new Standing(word, failing, ejection);
  }

  /** With another outcome of the probes. */
  public Standing withFailing(boolean fails) {
    return new Standing(override, fails, ejection);
  }

  /** With another outcome of the clients' failures. */
  public Standing withEjection(Ejected ejected) {
    return new Standing(override, failing, ejected);
  }

  /** Whether it drains, but is well. */
  boolean isRefuge() {
    return override == Word.DRAIN && !failing && ejection == Ejected.NO;
  }

  /** What all of it comes to. */
  public State state() {
    return switch (override) {
      case UP -> State.UP;
      case DOWN -> State.DOWN;
      case DRAIN, SOFT_DRAIN -> State.DRAINING;
      case NONE -> failing ? State.DOWN : ejectionState();
    };
  }

  private State ejectionState() {
    return switch (ejection) {
      case NO -> State.UP;
      case YES -> State.EJECTED;
      case TRIAL -> State.TRIAL;
    };
  }
}
