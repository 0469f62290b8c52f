package io.holdfast.loadtest.echo;

import io.holdfast.loadtest.wire.Transport;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an echo server runs.
 *
 * @param listen addresses to accept on, at least one; port 0 takes a free one
 * @param threads event loops, 1 to {@link Transport#MAX_THREADS}
 * @param compression whether permessage-deflate is accepted when a client offers it
 * @param tls for {@code wss} on every address, or null for plain TCP
 */
public record EchoOptions(
    List<InetSocketAddress> listen, int threads, boolean compression, @Nullable SslContext tls) {

  public EchoOptions {
    listen = List.copyOf(listen);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("an echo server needs an address to listen on");
    }
    Transport.checkThreads(threads);
  }

  /**
   * {@code ports} free ports on the loopback address, one thread, with compression, without TLS.
   */
  public static EchoOptions loopback(int ports) {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new EchoOptions(Collections.nCopies(ports, free), 1, true, null);
  }

  /** The same on {@code port} of the loopback address. */
  public static EchoOptions onPort(int port) {
    return new EchoOptions(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), 1, true, null);
  }

  /** The same with TLS. */
  public EchoOptions withTls(SslContext context) {
    return new EchoOptions(listen, threads, compression, context);
  }

  /** The same with or without permessage-deflate. */
  public EchoOptions withCompression(boolean wanted) {
    return new EchoOptions(listen, threads, wanted, tls);
  }
}
