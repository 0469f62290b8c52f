package io.holdfast.relay;

import io.holdfast.tls.EndOutput;
import io.holdfast.tls.Reset;
import io.holdfast.websocket.ControlFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is written to one leg: what the other leg passes, our own control frames at the frame
 * boundaries of that, and the end of the connection.
 */
final class Outlet {
  private static final int LARGE = 32 * 1024;

  /** Messages up to this are copied where they have to wait. */
  private static final int SMALL = 4 * 1024;

  /** What may wait as it is: a round of small messages, not a backlog. */
  private static final int FEW = 8 * 1024;

  private final Relay relay;
  private final Channel channel;
  private final boolean masked;
  private final Liveness liveness;

  /** A Close of ours that waits for a boundary. */
  private @Nullable ByteBuf pendingClose;

  private boolean pendingPing;

  /** A Close was written; nothing may follow it. */
  private boolean closeWritten;

  /** The end of this direction is under way. */
  private boolean endingOutput;

  /** The end of the channel is under way. */
  private boolean ending;

  /**
   * The way to one peer.
   *
   * @param masked whether it leads to a server
   */
  Outlet(Relay relay, Channel channel, boolean masked, Liveness liveness) {
    this.relay = relay;
    this.channel = channel;
    this.masked = masked;
    this.liveness = liveness;
  }

  /** Takes over {@code out}; what is small waits for {@link #flush}, so that many go at once. */
  void write(ByteBuf out) {
    if (closeWritten || !channel.isOpen()) {
      out.release();
    } else if (out.readableBytes() < LARGE) {
      channel.write(
          out.readableBytes() < SMALL && waits() ? copy(out) : out, channel.voidPromise());
    } else {
      // Waiting for more of this size would cross the water mark, and stop and start the reader.
      channel.writeAndFlush(out, channel.voidPromise());
    }
  }

  private boolean waits() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() > FEW;
  }

  /** What was received is part of a large buffer, which as long as it waits nobody else gets. */
  private ByteBuf copy(ByteBuf out) {
    try {
      return channel.alloc().buffer(out.readableBytes()).writeBytes(out);
    } finally {
      out.release();
    }
  }

  void flush() {
    channel.flush();
  }

  /** The other peer's Close was just written. */
  void passedClose() {
    closeWritten = true;
    drop();
    channel.flush();
  }

  /** Whether a Close was written. */
  boolean closeWritten() {
    return closeWritten;
  }

  /** Whether something waits for a boundary. */
  boolean pending() {
    return pendingClose != null || pendingPing;
  }

  /** Whether a Close waits for a boundary. */
  boolean closePending() {
    return pendingClose != null;
  }

  /**
   * Sends a Ping.
   *
   * @param now false to do it at the next boundary
   */
  void ping(boolean now) {
    pendingPing = true;
    if (now) {
      writePending();
      channel.flush();
    }
  }

  /**
   * Sends a Close, unless one was sent or waits.
   *
   * @param now false to do it at the next boundary
   */
  void close(int code, String reason, boolean now) {
    if (closeWritten || pendingClose != null || !channel.isOpen()) {
      return;
    }
    pendingClose = ControlFrames.close(channel.alloc(), code, reason, masked);
    if (now) {
      writePending();
      channel.flush();
    }
  }

  /** Sends a Close that ends no relay, unless one was sent or the end is under way. */
  void farewell(int code, String reason) {
    if (!closeWritten && !ending && channel.isOpen()) {
      write(ControlFrames.close(channel.alloc(), code, reason, masked));
      closeWritten = true;
    }
    drop();
    channel.flush();
  }

  /** Whether all that was written has left. */
  boolean isEmpty() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.totalPendingWriteBytes() == 0;
  }

  /** Writes what waits for the boundary that what was written stands at. */
  void writePending() {
    if (pendingClose != null) {
      ByteBuf frame = pendingClose;
      pendingClose = null;
      write(frame);
      closeWritten = true;
      pendingPing = false;
      relay.ending().afterClose();
    } else if (pendingPing) {
      pendingPing = false;
      if (!closeWritten && channel.isOpen()) {
        channel
            .write(ControlFrames.ping(channel.alloc(), relay.pingToken(), masked))
            .addListener(ignored -> liveness.onPingFlushed(relay.now(), relay.loop().time()));
      }
    }
  }

  /** There will be no boundary any more. */
  void drop() {
    if (pendingClose != null) {
      pendingClose.release();
      pendingClose = null;
    }
  }

  /** Closes the channel behind what was written. */
  void end() {
    if (!ending) {
      ending = true;
      channel.flush();
      if (isEmpty()) {
        channel.close();
      } else {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  /** Ends this direction alone, behind what was written. */
  void endOutput() {
    if (!ending && !endingOutput) {
      endingOutput = true;
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> EndOutput.of(channel));
    }
  }

  /** Ends the connection with a TCP reset: inside a frame a Close would be read as payload. */
  void reset() {
    Reset.of(channel);
  }
}
