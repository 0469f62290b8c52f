package io.holdfast.loadtest.scenario;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A chat of one room that does one thing wrong with each tenth message. */
final class FaultyChat implements AutoCloseable {
  /** What it does wrong. */
  enum Fault {
    NONE,
    /** One member does not hear it. */
    DROP,
    /** Nobody does. */
    SWALLOW,
    /** All hear another text. */
    ALTER,
    /** All hear it after the next one. */
    SWAP,
    /** All hear it twice. */
    REPEAT,
    /** It is refused. */
    REFUSE,
    /** Who says it is cut off. */
    CUT
  }

  private final Fault fault;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;
  private final List<Channel> members = new ArrayList<>();
  private int sequence;
  private @Nullable ObjectNode held;

  FaultyChat(Fault fault) {
    this.fault = fault;
    listener =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(4096))
                        .addLast(new WebSocketServerProtocolHandler("/ws/chat", true))
                        .addLast(new Member());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  String url() {
    return "ws://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + "/";
  }

  private static void send(Channel to, ObjectNode message) {
    to.writeAndFlush(new TextWebSocketFrame(message.toString()));
  }

  private static ObjectNode message(String type) {
    return JsonMapper.shared().createObjectNode().put("type", type);
  }

  private final class Member extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof HandshakeComplete) {
        send(ctx.channel(), message("connection_established"));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
      JsonNode asked = JsonMapper.shared().readTree(frame.text());
      if (asked.path("type").asString("").equals("join")) {
        members.add(ctx.channel());
        ObjectNode answer = message("message_response").put("ref", asked.get("ref").asString());
        ObjectNode last = answer.putArray("history").addObject().put("sequence", sequence);
        last.put("text", "before");
        send(ctx.channel(), answer);
      } else {
        said(ctx.channel(), asked);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      members.remove(ctx.channel());
    }
  }

  private void said(Channel from, JsonNode asked) {
    boolean now = (sequence + 1) % 10 == 0;
    ObjectNode message =
        message("message")
            .put("id", asked.get("id").asString())
            .put("text", asked.get("text").asString());
    switch (now ? fault : Fault.NONE) {
      case NONE -> all(number(message));
      case DROP -> {
        number(message);
        members.stream().skip(1).forEach(member -> send(member, message));
      }
      case SWALLOW -> {}
      case ALTER -> all(number(message).put("text", "something else"));
      case SWAP -> held = number(message);
      case REPEAT -> {
        all(number(message));
        all(message);
      }
      case REFUSE ->
          send(from, message("error").put("code", "no").put("ref", asked.get("ref").asString()));
      case CUT -> {
        number(message);
        from.close();
      }
    }
    if (!now && held != null) {
      all(held);
      held = null;
    }
    if (now && (fault == Fault.SWALLOW || fault == Fault.REFUSE)) {
      turn();
    }
  }

  private ObjectNode number(ObjectNode message) {
    return message.put("sequence", ++sequence);
  }

  /** Another message takes the place of one that all were not told of. */
  private void turn() {
    all(number(message("message").put("id", "x").put("text", "")));
  }

  private void all(ObjectNode message) {
    members.forEach(member -> send(member, message));
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
