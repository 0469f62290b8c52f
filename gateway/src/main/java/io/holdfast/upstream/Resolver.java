package io.holdfast.upstream;

import io.holdfast.model.Dns;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks names up by settings that may change. Thread-safe, but for {@link #change}. */
public final class Resolver implements AutoCloseable {
  private final Function<Dns, Addresses> lookUp;
  private volatile Addresses addresses;
  private volatile Dns dns;

  /**
   * One that asks by {@code dns}, until {@link #change}.
   *
   * @param channelType for answers that do not fit into a datagram
   */
  public Resolver(
      Class<? extends SocketChannel> channelType,
      Class<? extends DatagramChannel> datagramType,
      Dns dns) {
    this(dns, to -> new DnsAddresses(channelType, datagramType, to));
  }

  Resolver(Dns dns, Function<Dns, Addresses> lookUp) {
    this.lookUp = lookUp;
    this.dns = dns;
    this.addresses = lookUp.apply(dns);
  }

  /**
   * Looks names up by {@code changed} from here on, and forgets what it knew of them unless nothing
   * has changed. Look-ups under way end as they began. One thread at a time.
   */
  public void change(Dns changed) {
    if (changed.equals(dns)) {
      return;
    }
    Addresses old = addresses;
    addresses = lookUp.apply(changed);
    // By then every look-up that it has begun is over.
    CompletableFuture.delayedExecutor(
            dns.timeout().toNanos() * DnsAddresses.MOST_QUERIES, TimeUnit.NANOSECONDS)
        .execute(old::close);
    dns = changed;
  }

  /**
   * Calls {@code answer} on {@code loop} with all addresses, the first one by chance, or with why
   * there are none. Called on {@code loop}.
   */
  public void resolve(
      EventLoop loop,
      String host,
      int port,
      BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer) {
    addresses.resolve(loop, host, port, answer);
  }

  @Override
  public void close() {
    addresses.close();
  }
}
