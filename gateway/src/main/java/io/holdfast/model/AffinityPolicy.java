package io.holdfast.model;

/**
 * What brings a client back to its backend.
 *
 * @param kind how its backend is known again
 * @param unhealthy what is done when that backend takes no work
 */
public record AffinityPolicy(Kind kind, Unhealthy unhealthy) {

  /** How the backend of a client is known again. */
  public sealed interface Kind permits CookieAffinity, TableAffinity, HashAffinity {}

  /**
   * What becomes of a client whose backend is not well. One that drains never keeps its clients.
   */
  public enum Unhealthy {
    /** Another backend, and a new promise. */
    REBIND,
    /** An answer of 503, for another backend would be of no use to it. */
    FAIL
  }
}
