package io.holdfast.relay;

import io.holdfast.websocket.Breach;
import io.holdfast.websocket.ControlFrames;
import io.holdfast.websocket.FrameCursor;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * One side of a relay: the last handler of its channel. Turns Netty's events into calls of its
 * {@link Relay}, writes what the other leg passes, and puts our own control frames in at frame
 * boundaries of what it writes.
 */
final class Leg extends ChannelInboundHandlerAdapter implements FrameForwarder.Sink {
  private final Relay relay;
  private final Channel channel;
  private final boolean client;
  private final FrameRules rules;
  private final FrameForwarder forwarder;
  final Liveness liveness;

  private @Nullable Leg peer;

  /** A Close of ours that waits for the boundary of what is being written. */
  private @Nullable ByteBuf pendingClose;

  private boolean pendingPing;

  /** This leg's peer has sent its Close. */
  private boolean closeRead;

  /** A Close was written to this leg; nothing may follow it. */
  private boolean closeWritten;

  /** What this leg sends can no longer be read as frames, its answer to our Close neither. */
  private boolean unreadable;

  /** No more bytes will come from this leg. */
  private boolean inputEnded;

  /** The end of the channel is under way. */
  private boolean settled;

  private long bytes;
  private long messages;
  private long stallMark;
  private long stalledSince;

  Leg(Relay relay, Channel channel, boolean client, FrameRules rules, long now) {
    this.relay = relay;
    this.channel = channel;
    this.client = client;
    this.rules = rules;
    this.forwarder = new FrameForwarder(rules, this);
    this.liveness = new Liveness(now);
  }

  void tie(Leg other) {
    peer = other;
  }

  /** The other leg. */
  Leg peer() {
    assert peer != null : "legs are tied before they are used";
    return peer;
  }

  boolean isClient() {
    return client;
  }

  /** Whether this leg's peer has sent its Close. */
  boolean closeRead() {
    return closeRead;
  }

  /** Whether a Close was written to this leg. */
  boolean closeWritten() {
    return closeWritten;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  Channel channel() {
    return channel;
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
    relay.onRead(this, forwarder.frames(), forwarder.messages(), size);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peer().channel.flush();
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
    dropPendingClose();
    relay.onGone();
  }

  private void onInputEnd(@Nullable Throwable cause) {
    if (!inputEnded) {
      inputEnded = true;
      forwarder.end();
      relay.onInputEnd(this, cause);
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
    return channel.isWritable() || !channel.isOpen();
  }

  // What the forwarder finds in what this leg sent.

  @Override
  public void pass(ByteBuf passed) {
    peer().write(passed);
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
        relay.onClose(this, code);
        yield true;
      }
      default -> true;
    };
  }

  @Override
  public void onClosed() {
    if (closeRead) {
      peer().passedClose();
      relay.afterClose();
    }
  }

  @Override
  public void onBreach(Breach breach) {
    unreadable = true;
    relay.onBreach(this, breach);
  }

  @Override
  public boolean wantsBoundary() {
    Leg other = peer();
    return other.pendingClose != null || other.pendingPing;
  }

  @Override
  public void atBoundary() {
    peer().writePending();
  }

  // Writing.

  private void write(ByteBuf out) {
    if (closeWritten || !channel.isOpen()) {
      out.release();
    } else {
      channel.write(out, channel.voidPromise());
    }
  }

  private void passedClose() {
    closeWritten = true;
    dropPendingClose();
    channel.flush();
  }

  /** Sends a Ping at the next boundary. */
  void ping() {
    pendingPing = true;
    if (!peer().forwarder.insideFrame()) {
      writePending();
      channel.flush();
    }
  }

  /**
   * Sends a Close at the next boundary, unless one was sent.
   *
   * @return false when there will be no boundary any more
   */
  boolean close(int code, String reason) {
    if (closeWritten || pendingClose != null || !channel.isOpen()) {
      return true;
    }
    boolean inside = peer().forwarder.insideFrame();
    if (inside && peer().inputEnded) {
      return false;
    }
    pendingClose = ControlFrames.close(channel.alloc(), code, reason, !client);
    if (!inside) {
      writePending();
      channel.flush();
    }
    return true;
  }

  private void writePending() {
    if (pendingClose != null) {
      ByteBuf frame = pendingClose;
      pendingClose = null;
      write(frame);
      closeWritten = true;
      pendingPing = false;
      relay.afterClose();
    } else if (pendingPing) {
      pendingPing = false;
      if (!closeWritten && channel.isOpen()) {
        channel
            .write(ControlFrames.ping(channel.alloc(), relay.pingToken(), !client))
            .addListener(ignored -> liveness.onPingFlushed(relay.now()));
      }
    }
  }

  private void dropPendingClose() {
    if (pendingClose != null) {
      pendingClose.release();
      pendingClose = null;
    }
  }

  /** Whether a Close still waits for a boundary. */
  boolean closePending() {
    return pendingClose != null;
  }

  /**
   * Ends the channel as far as it is done: a Close was written to it and its own was read, or none
   * will come. The server ends the TCP connection first (RFC 6455 section 7.1.1): on the client's
   * side that is us, from a backend we wait for it.
   */
  void settle() {
    if (!closeWritten || settled || !channel.isOpen()) {
      return;
    }
    if (inputEnded || (closeRead && client)) {
      settled = true;
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (unreadable) {
      // Closing now would reset the connection over what is still coming, and lose our Close.
      settled = true;
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ignored -> endOutput());
    }
  }

  private void endOutput() {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
    }
  }

  void closeChannel() {
    channel.close();
  }

  /** Ends the connection with a TCP reset: inside a frame a Close would be read as payload. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  // Stalls.

  void startStallClock(long now) {
    stallMark = pendingMark();
    stalledSince = now;
  }

  /** Whether something waits to leave towards this leg's peer. */
  boolean hasPending() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && buffer.totalPendingWriteBytes() > 0;
  }

  /** For how long nothing has left towards this peer, which does not read what waits for it. */
  long stalledFor(long now) {
    long mark = pendingMark();
    if (mark != stallMark || mark == 0) {
      stallMark = mark;
      stalledSince = now;
    }
    return now - stalledSince;
  }

  /** Changes with every byte that leaves: Netty's total alone moves with whole buffers only. */
  private long pendingMark() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return 0;
    }
    long current = buffer.current() instanceof ByteBuf first ? first.readableBytes() : 0;
    return buffer.totalPendingWriteBytes() << 24 ^ current;
  }
}
