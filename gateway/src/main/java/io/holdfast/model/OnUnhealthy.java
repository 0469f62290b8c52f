package io.holdfast.model;

/** What becomes of the relays of a backend whose probes fail. */
public enum OnUnhealthy {
  /** They go to other backends; those that cannot stay. */
  MOVE,
  /** They stay. */
  LEAVE,
  /** They end, so that their clients come back elsewhere. */
  CLOSE
}
