package io.holdfast.loadtest.echo;

/** Asks an echo connection to close with 1001. */
enum GoAway {
  INSTANCE
}
