package io.holdfast.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLException;

/** Reads a backend's answers. Lenient where a backend can do no harm, strict about framing. */
final class ResponseDecoder extends HttpResponseDecoder {
  private static final int MAX_HEAD = 64 * 1024;

  private final Runnable onUnasked;
  private HttpMethod method = HttpMethod.GET;
  private boolean idle;
  private boolean over;

  /** {@code onUnasked} is called when something comes though no answer is due, and is to close. */
  ResponseDecoder(Runnable onUnasked) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEAD)
            .setMaxHeaderSize(MAX_HEAD)
            .setAllowDuplicateContentLengths(false));
    this.onUnasked = onUnasked;
  }

  /** Whether the answer's end can be told: of transfer codings only chunked is known here. */
  static boolean isFramed(HttpResponse head) {
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.isEmpty()
        || (codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
  }

  /** What the next answer is to: one to HEAD has no body, whatever it says. */
  void expectAnswerTo(HttpMethod request) {
    method = request;
    idle = false;
  }

  /** No answer is due: what comes, whole or not, must not be taken for a part of the next one. */
  void expectNothing() {
    idle = true;
  }

  /** The connection is being closed: nothing that comes is looked at, or asked for. */
  void skipAll() {
    over = true;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (idle && !over) {
      over = true;
      onUnasked.run();
    }
    if (over) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(ctx, in, out);
    }
  }

  /** Netty would read on for a message that it could not make of what has come so far. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (over) {
      ctx.fireChannelReadComplete();
    } else {
      super.channelReadComplete(ctx);
    }
  }

  /**
   * An answer without a length ends with the connection. Over TLS it is whole only behind a
   * close_notify (RFC 9112 section 9.8): anybody on the way could have ended TCP.
   */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    super.decodeLast(ctx, in, out);
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    boolean cut = tls != null && !tls.sslCloseFuture().isSuccess();
    if (cut && !out.isEmpty() && out.getLast() instanceof LastHttpContent) {
      LastHttpContent broken = new DefaultLastHttpContent();
      broken.setDecoderResult(DecoderResult.failure(new SSLException("no close_notify")));
      out.set(out.size() - 1, broken);
    }
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage msg) {
    if (method.equals(HttpMethod.HEAD)) {
      return true;
    }
    // Netty waits for a body after a 101 without Accept; we refuse such an answer.
    return ((HttpResponse) msg).status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
        || super.isContentAlwaysEmpty(msg);
  }
}
