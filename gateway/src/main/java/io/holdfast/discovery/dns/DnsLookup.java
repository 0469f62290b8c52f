package io.holdfast.discovery.dns;

import io.holdfast.discovery.Lookup;
import io.holdfast.model.Dns;
import io.holdfast.upstream.Resolver;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * By {@code /etc/hosts} and DNS, as dials are. Of a name that has addresses of both families the
 * IPv4 ones, for each machine has most likely one of each, and is one backend.
 */
public final class DnsLookup implements Lookup, AutoCloseable {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final Resolver resolver;

  /** Looks up on {@code loop}, by {@code resolver}, which nobody else uses. */
  public DnsLookup(EventLoop loop, Resolver resolver) {
    this.loop = loop;
    this.resolver = resolver;
  }

  @Override
  public CompletableFuture<List<String>> addresses(String name, Dns dns) {
    synchronized (this) {
      resolver.change(fresh(dns));
    }
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    loop.execute(() ->
        resolver.resolve(
            loop,
            name,
            0,
            (found, cause) -> {
              if (cause == null) {
                answer.complete(literals(found));
              } else {
                answer.completeExceptionally(cause);
              }
            }));
    return answer;
  }

  /** Records that live for long, as Docker's do, must not hide what comes and goes. */
  private static Dns fresh(Dns dns) {
    Duration most = SECOND.multipliedBy(Math.max(1, dns.refresh().toSeconds()));
    boolean bound = !dns.maxTtl().isZero() && dns.maxTtl().compareTo(most) < 0;
    return new Dns(
        dns.servers(),
        dns.timeout(),
        dns.minTtl().compareTo(most) < 0 ? dns.minTtl() : most,
        bound ? dns.maxTtl() : most,
        dns.refresh(),
        dns.forget());
  }

  private static List<String> literals(List<InetSocketAddress> found) {
    List<InetAddress> all = found.stream().map(InetSocketAddress::getAddress).toList();
    List<InetAddress> four = all.stream().filter(Inet4Address.class::isInstance).toList();
    return (four.isEmpty() ? all : four).stream().map(NetUtil::toAddressString).toList();
  }

  @Override
  public void close() {
    resolver.close();
  }
}
