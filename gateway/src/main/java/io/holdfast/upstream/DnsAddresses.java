package io.holdfast.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
  private final DnsAddressResolverGroup dns;

  DnsAddresses(Class<? extends DatagramChannel> channelType) {
    dns =
        new DnsAddressResolverGroup(new DnsNameResolverBuilder().datagramChannelType(channelType));
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
    dns.getResolver(loop)
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
    dns.close();
  }
}
