package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.holdfast.model.Listener;
import io.holdfast.observe.Unexpected;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A client connection while it speaks HTTP: reads heads within their limits, has one {@link
 * Conversation} at a time, and ends the connection so that the last answer arrives.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private final Worker worker;
  private final Shared shared;
  private final Listener listener;
  private final Limits limits;
  private final Channel channel;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder = new ResponseEncoder();
  private final Origin origin;
  private final HeadClock headClock;

  private final ClientEnd end;

  private @Nullable Conversation conversation;

  ClientConnection(
      Worker worker, Shared shared, Listener listener, Limits limits, Channel channel) {
    this.worker = worker;
    this.shared = shared;
    this.listener = listener;
    this.limits = limits;
    this.channel = channel;
    this.origin = new Origin(channel, listener);
    this.headClock = new HeadClock(this, origin);
    this.decoder = new RequestDecoder(limits, headClock::onFirstByte);
    this.end = new ClientEnd(channel, headClock);
  }

  RequestDecoder decoder() {
    return decoder;
  }

  ResponseEncoder encoder() {
    return encoder;
  }

  Worker worker() {
    return worker;
  }

  Shared shared() {
    return shared;
  }

  Limits limits() {
    return limits;
  }

  Channel channel() {
    return channel;
  }

  boolean secure() {
    return listener.tls() != null;
  }

  /** Starts the clock for the first head. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    worker.add(this);
    headClock.awaitHead();
  }

  // Reading.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (end.begun()) {
      ReferenceCountUtil.release(msg);
    } else if (msg instanceof HttpRequest head) {
      headClock.stop();
      encoder.answering(head.method());
      AbsoluteForm.resolve(head);
      Phases.begin(this, origin.next(head));
      if (msg instanceof HttpContent) {
        // A head that could not be read comes with an empty body.
        ReferenceCountUtil.release(msg);
      }
    } else if (msg instanceof HttpContent part && conversation != null) {
      if (part.decoderResult().isFailure()) {
        part.release();
        onBadBody();
      } else {
        conversation.onBody(part);
      }
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  private void onBadBody() {
    shared.meters().badRequest("malformed_body");
    Conversation present = conversation;
    conversation = null;
    if (present != null) {
      present.onBadBody();
    }
    close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (conversation != null) {
      conversation.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (conversation != null) {
      conversation.onWritability(channel.isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
      headClock.stop(); // its channel is being closed
      shared.meters().badRequest("tls");
    } else if (event instanceof SslCloseCompletionEvent && !end.begun()) {
      // A close_notify: BoringSSL ends both directions by it, so nothing can be answered any more.
      channel.close();
      return;
    }
    if (event instanceof ChannelInputShutdownEvent && !mayStillBeServed()) {
      channel.close();
    }
  }

  /** Whether a client that says no more waits for an answer, or for the end of one. */
  private boolean mayStillBeServed() {
    if (conversation != null) {
      // Else the rest of the request will never come.
      return decoder.paused() && conversation.answersTheMute();
    }
    // The next request may be here already; the last answer may be on its way.
    return end.begun() ? !end.told() : decoder.paused();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    headClock.stop();
    Conversation present = conversation;
    conversation = null;
    if (present != null) {
      present.onClientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Unexpected.report(cause);
    channel.close();
  }

  /** Reads or does not read what the client sends. */
  void reading(boolean on) {
    channel.config().setAutoRead(on && !decoder.full());
  }

  // Conversations.

  /** From here on, {@code next} hears of the client. */
  void converse(Conversation next) {
    conversation = next;
  }

  /** Whether another request may follow the present one. */
  boolean keepsAlive(Request request) {
    return HttpUtil.isKeepAlive(request.head()) && !worker.draining();
  }

  /** The conversation's answer is complete. */
  void onAnswered(boolean keepAlive) {
    conversation = null;
    if (!keepAlive || worker.draining()) {
      close();
      return;
    }
    // A client that asks on and on but does not read must not pile up answers here. Through the
    // loop: an answer that came at once must not recurse into the next request.
    Output.whenOut(channel, () -> channel.eventLoop().execute(this::next));
  }

  private void next() {
    if (!channel.isActive() || end.begun()) {
      return;
    }
    if (worker.draining()) {
      close();
      return;
    }
    headClock.awaitRequest();
    try {
      decoder.resume(channel.pipeline().context(decoder));
      if (conversation != null) {
        conversation.onReadComplete(); // what was here already comes with no read of its own
      }
    } catch (Exception e) {
      channel.pipeline().fireExceptionCaught(e);
    }
  }

  /** Speaks HTTP no more: {@code leg} comes last, and gets nothing before {@link #replay}. */
  void switchTo(ChannelHandler leg) {
    conversation = null;
    worker.remove(this);
    headClock.stop();
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(this);
    channel.pipeline().addLast(leg);
  }

  /** Gives the leg what came behind the head, and all from here on. */
  void replay() {
    channel.pipeline().remove(decoder);
    if (decoder.inputEnded()) {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  // Ending.

  /** Ends the connection once all that was written is out. */
  void close() {
    decoder.drop();
    end.gently();
  }

  /** Ends the connection if it waits for a request; else the present answer will be the last. */
  void closeIfIdle() {
    if (conversation == null && !decoder.begun()) {
      close();
    }
  }

  /**
   * Ends the connection at once: the client must not take a part of an answer for the whole.
   *
   * @param delimited whether it can tell by the answer itself; only a reset tells it otherwise
   */
  void abort(boolean delimited) {
    end.abruptly(delimited);
  }
}
