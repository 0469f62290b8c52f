package io.holdfast.listen;

import io.holdfast.model.Listener;
import io.holdfast.upstream.ForwardedFor;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.time.Instant;

/** Where the requests of one client connection come from, and their numbers. */
final class Origin {
  private final Channel channel;
  private final Listener listener;
  private final String connectionId = Ids.next();
  private int requests;

  Origin(Channel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /** Whether a request has come. */
  boolean hasSpoken() {
    return requests > 0;
  }

  /** Gives the next request its name and its story's begin. */
  Request next(HttpRequest head) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    String address = remote.getAddress().getHostAddress();
    boolean trusted = listener.trusts(remote.getAddress().getAddress());
    ForwardedFor from =
        new ForwardedFor(
            address,
            listener.tls() == null ? "http" : "https",
            head.headers().get(HttpHeaderNames.HOST),
            local.getPort(),
            trusted);
    return new Request(
        connectionId,
        connectionId + "-" + ++requests,
        head,
        from,
        trusted ? from.client(head.headers(), listener::trusts) : address + ":" + remote.getPort(),
        local.getAddress().getHostAddress() + ":" + local.getPort(),
        Instant.now(),
        System.nanoTime());
  }
}
