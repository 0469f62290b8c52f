package io.holdfast.upstream;

import io.holdfast.model.Dns;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.DnsServerAddresses;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Literal addresses need no look-up; names go through {@code /etc/hosts} and DNS, and are asked for
 * again when their records' time to live is over.
 */
final class DnsAddresses implements Addresses {
  /** What one look-up may ask, over all servers, record types and aliases. */
  static final int MOST_QUERIES = 16;

  private final DnsAddressResolverGroup group;

  DnsAddresses(
      Class<? extends SocketChannel> channelType,
      Class<? extends DatagramChannel> datagramType,
      Dns dns) {
    boolean ofSystem = dns.servers().isEmpty();
    DnsServerAddressStreamProvider servers =
        ofSystem
            ? DnsServerAddressStreamProviders.platformDefault()
            : host -> DnsServerAddresses.sequential(dns.servers()).stream();
    DnsNameResolverBuilder resolver =
        new DnsNameResolverBuilder()
            .datagramChannelType(datagramType)
            // What does not fit into a datagram is asked for again by TCP.
            .socketChannelType(channelType)
            .nameServerProvider(host -> twice(servers.nameServerAddressStream(host)))
            .maxQueriesPerResolve(MOST_QUERIES)
            .queryTimeoutMillis(dns.timeout().toMillis())
            .ttl(seconds(dns.minTtl()), seconds(dns.maxTtl()));
    group = new DnsAddressResolverGroup(ofSystem ? resolver : resolver.searchDomains(List.of()));
  }

  /** Zero is no bound. */
  private static int seconds(Duration ttl) {
    return ttl.isZero() ? Integer.MAX_VALUE : (int) ttl.toSeconds();
  }

  /** Datagrams get lost. */
  private static DnsServerAddressStream twice(DnsServerAddressStream servers) {
    List<InetSocketAddress> all = new ArrayList<>();
    for (int i = 0; i < 2 * servers.size(); i++) {
      all.add(servers.next()); // begins anew at the end
    }
    return DnsServerAddresses.sequential(all).stream();
  }

  @Override
  public void resolve(
      EventLoop loop,
      String host,
      int port,
      BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer) {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      answer.accept(List.of(new InetSocketAddress(address(literal), port)), null);
      return;
    }
    group
        .getResolver(loop)
        .resolveAll(InetSocketAddress.createUnresolved(host, port))
        .addListener((io.netty.util.concurrent.Future<List<InetSocketAddress>> future) -> {
          if (!future.isSuccess()) {
            answer.accept(List.of(), future.cause());
            return;
          }
          List<InetSocketAddress> all = new ArrayList<>(future.getNow());
          Collections.rotate(all, ThreadLocalRandom.current().nextInt(all.size()));
          answer.accept(all, null);
        });
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  @Override
  public void close() {
    group.close();
  }
}
