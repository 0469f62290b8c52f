package io.holdfast.health;

import io.holdfast.model.Probe;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.HandshakeAnswer;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.HandshakeKey;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Base64;
import java.util.Iterator;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Asks a backend as a client would: a whole handshake, a Ping, its Pong, and messages if wanted.
 */
final class WebSocketProbe implements BackendListener {
  /** Some greet with a lot. */
  private static final int MOST = 16 * 1024 * 1024;

  /** What comes now is behind an interim answer. */
  private boolean interim;

  private final ProbeRun run;
  private final BackendConnection connection;
  private final Probe.WebSocket check;
  private final String key = newKey();
  private final long token = ThreadLocalRandom.current().nextLong();

  WebSocketProbe(ProbeRun run, BackendConnection connection, Probe.WebSocket check) {
    this.run = run;
    this.connection = connection;
    this.check = check;
  }

  private static String newKey() {
    byte[] bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  void start() {
    run.await("answer to the handshake");
    HttpRequest request =
        ProbeRequest.of(HttpMethod.GET, run.backend(), check.path(), check.host());
    HttpHeaders headers = request.headers();
    headers
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
    if (check.subprotocol() != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, check.subprotocol());
    }
    check.headers().forEach(headers::set);
    connection.send(request, this);
  }

  @Override
  public void onHead(HttpResponse head) {
    int status = head.status().code();
    interim = status < 200 && status != 101;
    if (interim) {
      return;
    }
    if (status > 101) {
      run.fail("status " + status + " to the handshake");
    } else if (status == 101
        && !HandshakeAnswer.isRight(head.headers(), HandshakeKey.accept(key))) {
      run.fail("wrong answer to the handshake");
    } else if (status == 101 && check.subprotocol() != null) {
      String taken = head.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
      if (!check.subprotocol().equals(taken)) {
        run.fail("subprotocol " + check.subprotocol() + " not taken");
      }
    }
  }

  /** The end of the 101: what follows are frames. */
  @Override
  public void onBody(HttpContent part) {
    part.release();
    if (part instanceof LastHttpContent && !interim) {
      connection.detach(new Frames());
      connection.replay();
    }
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    run.fail(failure.detail());
  }

  private final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final Iterator<Probe.Step> steps = check.steps().iterator();
    private boolean ponged;

    /** What must come now; null for the Pong. */
    private Probe.@Nullable Step awaited;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.pipeline().addBefore(ctx.name(), null, new WebSocket13FrameEncoder(true));
      ctx.pipeline().addBefore(ctx.name(), null, new WebSocket13FrameDecoder(false, true, MOST));
      run.await("Pong");
      ctx.writeAndFlush(new PingWebSocketFrame(Unpooled.copyLong(token)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      if (!ponged && frame instanceof PongWebSocketFrame) {
        ponged =
            frame.content().readableBytes() == Long.BYTES && frame.content().readLong() == token;
        if (ponged) {
          goOn(ctx);
        }
      } else if (ponged && frame instanceof TextWebSocketFrame text) {
        if (awaited instanceof Probe.Expect expect && text.text().contains(expect.part())) {
          goOn(ctx);
        }
      } else if (frame instanceof PingWebSocketFrame) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
      } else if (frame instanceof CloseWebSocketFrame close) {
        if (awaited instanceof Probe.Close) {
          run.succeed();
        } else {
          run.fail("closed with " + close.statusCode());
        }
      }
    }

    /** Says what is next, up to what must be waited for. */
    private void goOn(ChannelHandlerContext ctx) {
      awaited = null;
      while (steps.hasNext()) {
        Probe.Step step = steps.next();
        if (step instanceof Probe.Send send) {
          ctx.writeAndFlush(new TextWebSocketFrame(send.text()));
        } else if (step instanceof Probe.Expect expect) {
          run.await("message with \"" + expect.part() + '"');
          awaited = step;
          return;
        } else if (step instanceof Probe.Close close) {
          run.await("answer to a Close");
          ctx.writeAndFlush(new CloseWebSocketFrame(close.code(), "smoke test"));
          awaited = step;
          return;
        }
      }
      ctx.writeAndFlush(new CloseWebSocketFrame(CloseCode.NORMAL, "probe"));
      run.succeed();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      run.fail("connection closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      run.fail(String.valueOf(cause.getMessage()));
    }
  }
}
