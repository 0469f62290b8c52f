package io.holdfast.loadtest.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;

/** Hears the one outcome of a dial, on the connection's event loop. */
public interface DialListener {

  /**
   * The handshake succeeded.
   *
   * @return the handler of everything read from here on, raw bytes, including what came with the
   *     101
   */
  ChannelHandler opened(Channel channel, HttpResponse response);

  /** There is no connection, and nothing more will be heard. */
  void failed(DialFailure failure);
}
