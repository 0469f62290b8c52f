package io.holdfast.loadtest.scenario;

/** What one user and a server say to each other over one connection. On its event loop only. */
interface Dialogue {
  /** The connection is there; {@link User#ready} is to be called when something can be said. */
  void opened();

  /** A message has come. */
  void received(boolean text, byte[] payload);

  /** Says the {@code n}th message of this user, which was due at {@code due}. */
  void say(int n, long due);

  /** How many were said and not heard of yet. */
  long unheard();

  /** The same, and what others said that has not come. */
  long missing();

  /** The connection has ended. */
  void ended();
}
