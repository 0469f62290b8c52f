package io.holdfast.it.harness;

/** Signals that tests send to processes. */
public enum Signal {
  TERM,
  INT,
  HUP,
  KILL,
  STOP,
  CONT
}
