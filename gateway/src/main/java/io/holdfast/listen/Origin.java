package io.holdfast.listen;

import io.holdfast.model.Listener;
import io.holdfast.observe.AccessEntry;
import io.holdfast.observe.EndedBy;
import io.holdfast.upstream.ForwardedFor;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/** Where the requests of one client connection come from, and their numbers. */
final class Origin {
  private final Channel channel;
  private final Listener listener;
  private final String connectionId = Ids.next();
  private final Instant accepted = Instant.now();
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

  /** What the access log says of a connection that brought no whole head. */
  AccessEntry unheard(Refusal refusal) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    return new AccessEntry(
        AccessEntry.Kind.CONNECTION,
        connectionId,
        "",
        accepted,
        remote.getAddress().getHostAddress() + ":" + remote.getPort(),
        local.getAddress().getHostAddress() + ":" + local.getPort(),
        null,
        null,
        null,
        "",
        "",
        "",
        refusal.status().code(),
        0,
        Duration.between(accepted, Instant.now()).toNanos(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        EndedBy.GATEWAY,
        refusal.reason());
  }
}
