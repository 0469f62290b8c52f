package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Who hears what a backend answers. Called on the connection's event loop, in this order: {@link
 * #onHead} (also for each interim answer), {@link #onBody} to the last part, or at any moment
 * {@link #onGone} as the last call.
 */
public interface BackendListener {
  /** A head, interim (1xx) or final. */
  void onHead(HttpResponse head);

  /** A part of the body, to be released by the callee; {@code LastHttpContent} ends it. */
  void onBody(HttpContent part);

  /** All that was read at once has been told. */
  default void onReadComplete() {}

  /** The connection's unsent bytes have passed a water mark. */
  default void onWritability(boolean writable) {}

  /** The connection ended, or what it says is not HTTP. */
  void onGone(UpstreamFailure failure);
}
