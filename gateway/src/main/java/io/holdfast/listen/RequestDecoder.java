package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Reads one request at a time: after its last part it waits for {@link #resume}, so that pipelined
 * requests are served in order, and bytes behind a handshake stay for the relay. Refuses whatever
 * two readers could frame differently (RFC 9112 section 11.2).
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** What a client may send ahead before it is no longer read. */
  private static final int MAX_AHEAD = 64 * 1024;

  private final Runnable onFirstByte;
  private boolean paused;
  private boolean begun;
  private boolean headRead;
  private boolean inputEnded;
  private boolean dropping;

  RequestDecoder(Limits limits, Runnable onFirstByte) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.headBytes())
            .setMaxHeaderSize(limits.headBytes())
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.onFirstByte = onFirstByte;
  }

  /** Whether any byte of a request has come since the last {@link #resume}. */
  boolean begun() {
    return begun;
  }

  /** Whether the whole of the present request was read. */
  boolean paused() {
    return paused;
  }

  /** Whether so much waits behind the present request that no more is to be read. */
  boolean full() {
    return paused && actualReadableBytes() > MAX_AHEAD;
  }

  /** Whether the client has ended its side behind the present request. */
  boolean inputEnded() {
    return inputEnded;
  }

  /** Reads the next request, of which bytes may be here already. */
  void resume(ChannelHandlerContext ctx) throws Exception {
    paused = false;
    begun = false;
    headRead = false;
    if (actualReadableBytes() > 0) {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
    }
    if (!headRead) {
      // Not before: what waits here may be whole requests, and each would bring more to wait.
      ctx.channel().config().setAutoRead(true);
    }
    if (inputEnded && !paused) {
      super.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
    }
  }

  /** What comes from now on is dropped: the connection is about to end. */
  void drop() {
    dropping = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    if (dropping) {
      ReferenceCountUtil.release(msg);
      return;
    }
    super.channelRead(ctx, msg);
    if (full() && !ctx.isRemoved()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (paused || dropping) {
      // Netty would read on until something is decoded, though autoRead is off.
      ctx.fireChannelReadComplete();
    } else {
      super.channelReadComplete(ctx);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (paused || (!begun && !begins(in))) {
      return;
    }
    if (!begun) {
      begun = true;
      onFirstByte.run();
    }
    super.decode(ctx, in, out);
    headRead |= !out.isEmpty();
    paused = !out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent;
  }

  /** Skips the empty lines before a request, which are none of it (RFC 9112 section 2.2). */
  private static boolean begins(ByteBuf in) {
    while (in.isReadable()) {
      byte next = in.getByte(in.readerIndex());
      if (next != '\r' && next != '\n') {
        return true;
      }
      in.skipBytes(1);
    }
    return false;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent && paused) {
      // The requests that wait here are still to be served.
      inputEnded = true;
      ctx.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
  }
}
