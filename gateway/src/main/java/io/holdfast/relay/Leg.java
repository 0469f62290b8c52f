package io.holdfast.relay;

import io.holdfast.observe.Unexpected;
import io.holdfast.websocket.Breach;
import io.holdfast.websocket.ControlFrames;
import io.holdfast.websocket.FrameCursor;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * One side of a relay: the last handler of its channel. Turns Netty's events into calls of its
 * {@link Relay}, and reads what its peer sends; what is written to the peer goes through {@link
 * #outlet}.
 */
final class Leg extends ChannelInboundHandlerAdapter implements FrameForwarder.Sink {
  private final Relay relay;
  private final Channel channel;
  private final boolean client;
  private final FrameRules rules;
  private final FrameForwarder forwarder;
  final Liveness liveness;
  final Outlet outlet;
  final Stall stall;

  private @Nullable Leg peer;
  private @Nullable Outlet peerOutlet;

  /** This leg's peer has sent its Close. */
  private boolean closeRead;

  /** What this leg sends can no longer be read as frames, its answer to our Close neither. */
  private boolean unreadable;

  /** No more bytes will come from this leg. */
  private boolean inputEnded;

  private long bytes;
  private long messages;

  Leg(Relay relay, Channel channel, boolean client, FrameRules rules, long now) {
    this.relay = relay;
    this.channel = channel;
    this.client = client;
    this.rules = rules;
    this.forwarder = new FrameForwarder(rules, this);
    this.liveness = new Liveness(now);
    this.outlet = new Outlet(relay, channel, !client, liveness);
    this.stall = new Stall(channel);
  }

  void tie(Leg other) {
    peer = other;
    peerOutlet = other.outlet;
  }

  /** The other leg. */
  Leg peer() {
    assert peer != null : "legs are tied before they are used";
    return peer;
  }

  private Outlet peerOutlet() {
    assert peerOutlet != null : "legs are tied before they are used";
    return peerOutlet;
  }

  boolean isClient() {
    return client;
  }

  /** Whether this leg's peer has sent its Close. */
  boolean closeRead() {
    return closeRead;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Bytes read from this leg, headers and control frames included. */
  long bytes() {
    return bytes;
  }

  /** Data messages read from this leg. */
  long messages() {
    return messages;
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    int size = in.readableBytes();
    bytes += size;
    liveness.onRead(relay.now());
    forwarder.read(in);
    messages += forwarder.messages();
    relay.onRead(this, forwarder, size);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peerOutlet().flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.onWritability(this, channel.isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      onInputEnd(null);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    onGone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Unexpected.report(cause);
    onInputEnd(cause);
    channel.close();
  }

  /** Catches up with a channel that closed before this handler was in its pipeline. */
  void start() {
    if (channel.isActive()) {
      resumeReading();
    } else {
      onGone();
    }
  }

  private void onGone() {
    onInputEnd(null);
    outlet.drop();
    relay.onGone();
  }

  private void onInputEnd(@Nullable Throwable cause) {
    if (!inputEnded) {
      inputEnded = true;
      forwarder.end();
      relay.ending().onInputEnd(this, cause);
    }
  }

  void pauseReading() {
    if (channel.config().isAutoRead()) {
      channel.config().setAutoRead(false);
      liveness.onPause();
    }
  }

  void resumeReading() {
    if (!channel.config().isAutoRead() && channel.isOpen() && peer().takesMore()) {
      liveness.onResume(relay.now());
      channel.config().setAutoRead(true);
    }
  }

  /** Whether what is passed to this leg can leave it soon, or is dropped. */
  private boolean takesMore() {
    return channel.isWritable() || outlet.closeWritten() || !channel.isOpen();
  }

  // What the forwarder finds in what this leg sent.

  @Override
  public void pass(ByteBuf passed) {
    peerOutlet().write(passed);
  }

  @Override
  public boolean onControl(FrameCursor frame, ByteBuf in, int payload) {
    int length = (int) frame.payloadLength();
    return switch (frame.opcode()) {
      case Opcode.PONG -> {
        if (ControlFrames.carries(in, payload, length, frame.mask(), relay.pingToken())) {
          yield false;
        }
        liveness.onForeignPong();
        yield true;
      }
      case Opcode.PING -> {
        peer().liveness.onForeignPing();
        yield true;
      }
      case Opcode.CLOSE -> {
        int code = ControlFrames.closeCode(in, payload, length, frame.mask());
        Breach breach = rules.checkClose(code);
        if (breach != null) {
          forwarder.refuse();
          onBreach(breach);
          yield false;
        }
        closeRead = true;
        relay.ending().onClose(this, code);
        yield true;
      }
      default -> true;
    };
  }

  @Override
  public void onClosed() {
    if (closeRead) {
      peerOutlet().passedClose();
      relay.ending().afterClose();
    }
  }

  @Override
  public void onBreach(Breach breach) {
    unreadable = true;
    relay.ending().onBreach(this, breach);
  }

  @Override
  public boolean wantsBoundary() {
    return peerOutlet().pending();
  }

  @Override
  public void atBoundary() {
    peerOutlet().writePending();
  }

  // What the relay asks for.

  /** Sends a Ping at the next boundary. */
  void ping() {
    outlet.ping(!peer().forwarder.insideFrame());
  }

  /**
   * Sends a Close at the next boundary, unless one was sent.
   *
   * @return false when there will be no boundary any more
   */
  boolean close(int code, String reason) {
    boolean inside = peer().forwarder.insideFrame();
    if (inside && peer().inputEnded && !outlet.closeWritten() && channel.isOpen()) {
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
    if (inputEnded || (closeRead && client)) {
      outlet.end();
    } else if (unreadable) {
      // Closing now would reset the connection over what is still coming, and lose our Close.
      outlet.endOutput();
    }
  }

  void closeChannel() {
    channel.close();
  }
}
