package io.holdfast.upstream;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Balance;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackendConnectionTest {
  private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

  private int closes;
  private int reads;
  private int heads;

  /** Closes no faster than TLS does, whose close_notify must leave first. */
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
              closes++;
            }

            @Override
            public void read(ChannelHandlerContext ctx) {
              reads++;
            }
          });

  private final BackendConnection connection =
      new BackendConnection(
          channel,
          new Upstream(service("s", Balance.RANDOM, null, Duration.ofSeconds(30), backend("a", 1))),
          "ws://a:8000");

  private void closeAtHead(int last) {
    connection.send(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"),
        new BackendListener() {
          @Override
          public void onHead(HttpResponse head) {
            if (++heads == last) {
              connection.close();
            }
          }

          @Override
          public void onBody(HttpContent part) {
            part.release();
          }

          @Override
          public void onGone(UpstreamFailure failure) {
            throw new AssertionError("gone: " + failure);
          }
        });
  }

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  @Test
  void aFloodIsNotReadBehindTheEnd() {
    closeAtHead(3);
    receive(INTERIM.repeat(1000));
    reads = 0;
    receive(INTERIM.repeat(1000));
    connection.reading(true);
    assertThat(heads).isEqualTo(3);
    assertThat(reads).as("reads behind the end").isZero();
    assertThat(channel.config().isAutoRead()).as("reads on").isFalse();
    assertThat(closes).isEqualTo(1);
    assertThat(connection.isUsable()).isFalse();
    channel.checkException();
    channel.releaseOutbound();
  }

  @Test
  void aPooledOneThatFloodsIsNotReadEither() {
    closeAtHead(3);
    connection.idle(() -> {});
    reads = 0;
    receive(INTERIM.repeat(1000));
    receive(INTERIM.repeat(1000));
    assertThat(heads).isZero();
    assertThat(reads).isZero();
    assertThat(channel.config().isAutoRead()).as("reads on").isFalse();
    assertThat(closes).isEqualTo(1);
    assertThat(connection.isUsable()).isFalse();
    channel.releaseOutbound();
  }

  @Test
  void nobodyGetsAPooledOneThatItsBackendEnds() {
    connection.idle(() -> {});
    assertThat(connection.isUsable()).isTrue();
    channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
    assertThat(closes).isEqualTo(1);
    assertThat(channel.isActive()).as("its close_notify has not left yet").isTrue();
    assertThat(connection.isUsable()).isFalse();
  }
}
