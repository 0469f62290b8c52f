package io.holdfast.model;

/** What is done when no backend of a service is healthy. */
public enum Panic {
  /** All are tried but those that an operator has taken out. */
  TRY_ALL,
  /** Clients are answered 503 with {@code Retry-After}. */
  REFUSE
}
