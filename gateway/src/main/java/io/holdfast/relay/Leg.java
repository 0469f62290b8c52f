package io.holdfast.relay;

import io.holdfast.observe.Unexpected;
import io.holdfast.websocket.FrameRules;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * One side of a relay: the last handler of its channel, which turns Netty's events into calls of
 * its {@link Relay}. What its peer sends comes in through {@link #inlet}; what is sent to its peer
 * goes out through {@link #outlet}.
 */
final class Leg extends ChannelInboundHandlerAdapter {
  private final Relay relay;
  private final Channel channel;
  private final boolean client;
  final Liveness liveness;
  final Inlet inlet;
  final Outlet outlet;
  final Stall stall;

  private @Nullable Leg peer;

  Leg(Relay relay, Channel channel, boolean client, FrameRules rules, long now) {
    this.relay = relay;
    this.channel = channel;
    this.client = client;
    this.liveness = new Liveness(now);
    this.inlet = new Inlet(relay, this, rules);
    this.outlet = new Outlet(relay, channel, !client, liveness);
    this.stall = new Stall(channel);
  }

  void tie(Leg other) {
    peer = other;
    inlet.leadTo(other.outlet);
  }

  /** The other leg. */
  Leg peer() {
    assert peer != null : "legs are tied before they are used";
    return peer;
  }

  boolean isClient() {
    return client;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    liveness.onRead(relay.now());
    inlet.read((ByteBuf) msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peer().outlet.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.onWritability(this, channel.isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inlet.end(null);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onGone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Unexpected.report(cause);
    inlet.end(cause);
    channel.close();
  }

  /**
   * Reads from here on, unless its peer may take nothing yet. Catches up with a channel that closed
   * before this handler was in its pipeline.
   */
  void start() {
    if (!channel.isActive()) {
      onGone();
    } else if (mayRead()) {
      read();
    } else {
      pause();
    }
  }

  private void onGone() {
    inlet.end(null);
    outlet.drop();
    relay.onGone();
  }

  void pauseReading() {
    if (isReading()) {
      pause();
    }
  }

  private void pause() {
    channel.config().setAutoRead(false);
    liveness.onPause();
  }

  void resumeReading() {
    if (!isReading() && channel.isOpen() && mayRead()) {
      read();
    }
  }

  private void read() {
    liveness.onResume(relay.now());
    channel.config().setAutoRead(true);
  }

  private boolean mayRead() {
    return !inlet.held() && peer().takesMore();
  }

  /** Reads though the other leg may take nothing now. */
  void readAnyway() {
    channel.config().setAutoRead(true);
  }

  boolean isReading() {
    return channel.config().isAutoRead();
  }

  /** Whether what is passed to this leg can leave it soon, or is dropped. */
  private boolean takesMore() {
    return channel.isWritable() || outlet.closeWritten() || !channel.isOpen();
  }

  // What the relay asks for.

  /** Sends a Ping at the next boundary. */
  void ping() {
    outlet.ping(!peer().inlet.insideFrame());
  }

  /**
   * Sends a Close at the next boundary, unless one was sent.
   *
   * @return false when there will be no boundary any more
   */
  boolean close(int code, String reason) {
    boolean inside = peer().inlet.insideFrame();
    if (inside && peer().inlet.ended() && !outlet.closeWritten() && channel.isOpen()) {
      return false;
    }
    outlet.close(code, reason, !inside);
    return true;
  }

  /**
   * Ends the channel as far as it is done: a Close was written to it and its own was read, or none
   * will come. The server ends the TCP connection first (RFC 6455 section 7.1.1): on the client's
   * side that is us, from a backend we wait for it.
   */
  void settle() {
    if (!outlet.closeWritten() || !channel.isOpen()) {
      return;
    }
    if (inlet.ended() || (inlet.closeRead() && client)) {
      outlet.end();
    } else if (inlet.unreadable()) {
      // Closing now would reset the connection over what is still coming, and lose our Close.
      outlet.endOutput();
    }
  }

  /**
   * Belongs to the relay no more.
   *
   * @param patience for the end of the connection, in nanoseconds
   */
  void leave(long patience) {
    inlet.drop();
    outlet.drop();
    if (channel.pipeline().context(this) == null) {
      relay.onGone();
    } else {
      channel.pipeline().replace(this, null, new Leaving(patience, relay::onGone));
    }
  }

  void closeChannel() {
    channel.close();
  }
}
