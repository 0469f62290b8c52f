package io.holdfast.discovery.dns;

import io.holdfast.discovery.Lookup;
import io.holdfast.upstream.Dialer;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * By {@code /etc/hosts} and DNS, as dials are. Of a name that has addresses of both families the
 * IPv4 ones, for each machine has most likely one of each, and is one backend.
 */
public final class DnsLookup implements Lookup {
  private final EventLoop loop;
  private final Dialer dialer;

  /** Looks up on {@code loop}, by the servers that {@code dialer} asks. */
  public DnsLookup(EventLoop loop, Dialer dialer) {
    this.loop = loop;
    this.dialer = dialer;
  }

  @Override
  public CompletableFuture<List<String>> addresses(String name) {
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    dialer.locate(
        loop,
        name,
        (found, cause) -> {
          if (cause == null) {
            answer.complete(literals(found));
          } else {
            answer.completeExceptionally(cause);
          }
        });
    return answer;
  }

  private static List<String> literals(List<InetSocketAddress> found) {
    List<InetAddress> all = found.stream().map(InetSocketAddress::getAddress).toList();
    List<InetAddress> four = all.stream().filter(Inet4Address.class::isInstance).toList();
    return (four.isEmpty() ? all : four).stream().map(NetUtil::toAddressString).toList();
  }
}
