package io.holdfast.loadtest.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The echo server against Netty's own client codec, with and without permessage-deflate. */
class DeflateEchoTest {
  private final List<String> events = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void echoesNettysClient(boolean compression) throws IOException {
    byte[] noise = new byte[100_000];
    new Random(2).nextBytes(noise);
    String zeros = "0".repeat(200_000);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (EchoServer server =
        EchoServer.start(EchoOptions.loopback(1).withCompression(compression))) {
      Channel channel = connect(group, server.port());
      await().until(() -> events.size() == 1);
      for (int i = 0; i < 3; i++) {
        channel.write(new TextWebSocketFrame(zeros));
      }
      channel.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(noise)));
      channel.write(new TextWebSocketFrame(false, 0, "frag"));
      channel.write(new PingWebSocketFrame(Unpooled.copiedBuffer(new byte[] {7})));
      channel.write(new ContinuationWebSocketFrame(true, 0, "ment"));
      channel.writeAndFlush(new CloseWebSocketFrame(3000, "done"));

      await().until(() -> events.contains("Close 3000"));

      String ready = compression ? "deflate" : "plain";
      String text = "Text " + zeros.hashCode();
      assertThat(events)
          .containsExactly(
              ready,
              text,
              text,
              text,
              "Binary " + Arrays.hashCode(noise),
              "Text " + "frag".hashCode(),
              "Pong",
              "Continuation ment",
              "Close 3000");
      await().until(() -> server.connections() == 0);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private Channel connect(EventLoopGroup group, int port) {
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri("ws://127.0.0.1:" + port + "/")
            .allowExtensions(true)
            .maxFramePayloadLength(1 << 20)
            .dropPongFrames(false)
            .handleCloseFrames(false)
            .build();
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new HttpObjectAggregator(8192),
                        new WebSocketClientCompressionHandler(0),
                        new WebSocketClientProtocolHandler(config),
                        new Recorder());
              }
            })
        .connect("127.0.0.1", port)
        .syncUninterruptibly()
        .channel();
  }

  private final class Recorder extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
        boolean deflate =
            ctx.pipeline().names().stream().anyMatch(name -> name.contains("PerMessageDeflate"));
        events.add(deflate ? "deflate" : "plain");
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      events.add(
          switch (frame) {
            case TextWebSocketFrame text -> "Text " + text.text().hashCode();
            case BinaryWebSocketFrame binary -> {
              byte[] bytes = new byte[binary.content().readableBytes()];
              binary.content().readBytes(bytes);
              yield "Binary " + Arrays.hashCode(bytes);
            }
            case ContinuationWebSocketFrame rest -> "Continuation " + rest.text();
            case CloseWebSocketFrame close -> "Close " + close.statusCode();
            default -> "Pong";
          });
    }
  }
}
