package io.holdfast.model;

/** How the backends are found that an address of the configuration stands for. */
public enum Discover {
  /** It is one backend, whatever addresses its name has. */
  OFF,
  /** Each address that its name has in DNS is a backend of its own. */
  DNS
}
