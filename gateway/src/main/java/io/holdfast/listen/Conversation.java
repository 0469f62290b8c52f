package io.holdfast.listen;

import io.netty.handler.codec.http.HttpContent;

/** One request from its head to the end of its answer, as its client connection drives it. */
interface Conversation {
  /** A part of the request's body, to be released by the callee; the last one ends it. */
  void onBody(HttpContent part);

  /** All that was read at once has been told. */
  void onReadComplete();

  /** The client's unsent bytes have passed a water mark. */
  void onWritability(boolean writable);

  /** The rest of the request's body cannot be read; the client connection ends after this. */
  void onBadBody();

  /** The client is gone; nothing more can be said to it. */
  void onClientGone();

  /** Whether a client that says no more can still be answered. */
  boolean answersTheMute();
}
