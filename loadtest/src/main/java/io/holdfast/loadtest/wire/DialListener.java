package io.holdfast.loadtest.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Hears the one outcome of a dial, on the connection's event loop. */
public interface DialListener {

  /**
   * The handshake succeeded.
   *
   * @param compression how messages are compressed; null for not at all
   * @return the handler of everything read from here on, raw bytes, including what came with the
   *     101
   */
  ChannelHandler opened(Channel channel, HttpResponse response, @Nullable Compression compression);

  /** There is no connection, and nothing more will be heard. */
  void failed(DialFailure failure);
}
