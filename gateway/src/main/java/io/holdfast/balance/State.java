package io.holdfast.balance;

import java.util.Locale;

/** Whether a backend takes new work, and if not, why not. */
public enum State {
  /** It does. */
  UP,
  /** Its probes fail, or an operator says so. */
  DOWN,
  /** Too many of its clients met failures. */
  EJECTED,
  /** Ejected until a moment ago: one client at a time tries it. */
  TRIAL,
  /** An operator wants it empty. */
  DRAINING;

  /** As it stands in logs, metrics and the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
