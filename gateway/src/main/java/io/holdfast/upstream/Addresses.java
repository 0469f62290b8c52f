package io.holdfast.upstream;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Finds all addresses of a backend's host. */
interface Addresses extends AutoCloseable {

  /**
   * Calls {@code answer} on {@code loop} with all addresses, the first one by chance, or with why
   * there are none. Called on {@code loop}.
   */
  void resolve(
      EventLoop loop,
      String host,
      int port,
      BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer);

  @Override
  void close();
}
