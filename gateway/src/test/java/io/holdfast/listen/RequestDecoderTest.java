package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestDecoderTest {
  private static final Limits LIMITS =
      new Limits(0, 0, 1024, 10, Duration.ofSeconds(10), Duration.ofSeconds(10));

  private final List<String> heard = new ArrayList<>();
  private final RequestDecoder decoder = new RequestDecoder(LIMITS, () -> heard.add("begin"));

  /** Resumes at once in the middle of the decoder's own call, as a fast answer does. */
  private boolean resumeAtOnce;

  private final ChannelInboundHandlerAdapter listener =
      new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
          if (msg instanceof HttpRequest request) {
            heard.add(request.uri());
          }
          if (msg instanceof HttpContent part && part.content().isReadable()) {
            heard.add(part.content().toString(StandardCharsets.US_ASCII));
          }
          ReferenceCountUtil.release(msg);
          if (msg instanceof LastHttpContent && resumeAtOnce) {
            resume();
          }
        }
      };

  /** How often the channel is asked to read, beyond what autoRead brings. */
  private int reads;

  private final ChannelOutboundHandlerAdapter counting =
      new ChannelOutboundHandlerAdapter() {
        @Override
        public void read(ChannelHandlerContext ctx) {
          reads++;
        }
      };

  private final EmbeddedChannel channel = new EmbeddedChannel(counting, decoder, listener);

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
  }

  private void resume() throws Exception {
    decoder.resume(channel.pipeline().context(decoder));
  }

  private void send(String text) {
    channel.writeInbound(
        Unpooled.copiedBuffer(text.replace("\n", "\r\n"), StandardCharsets.US_ASCII));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\nHost: a\n\n";
  }

  @Test
  void waitsBehindEachRequest() throws Exception {
    send(get("/1") + get("/2") + get("/3"));
    assertThat(heard).containsExactly("begin", "/1");
    resume();
    assertThat(heard).containsExactly("begin", "/1", "begin", "/2");
    resume();
    assertThat(heard).endsWith("/3");
    assertThat(decoder.begun()).isTrue();
    resume();
    assertThat(decoder.begun()).isFalse();
    send(get("/4"));
    assertThat(heard).endsWith("begin", "/4");
  }

  @Test
  void servesPipelinedRequestsInOrderHoweverFast() {
    resumeAtOnce = true;
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      all.append(get("/" + i));
    }
    send(all.toString());
    assertThat(heard.stream().filter(h -> h.startsWith("/")))
        .hasSize(100)
        .startsWith("/0", "/1")
        .endsWith("/99");
  }

  @Test
  void readsABodyToItsEnd() throws Exception {
    send("POST /1 HTTP/1.1\nHost: a\nContent-Length: 5\n\nhel");
    send("lo" + get("/2"));
    assertThat(heard).containsExactly("begin", "/1", "hel", "lo");
    resume();
    assertThat(heard).endsWith("begin", "/2");
  }

  @Test
  void readsAHeadInPieces() {
    for (char c : get("/1").replace("\n", "\r\n").toCharArray()) {
      channel.writeInbound(Unpooled.copiedBuffer(String.valueOf(c), StandardCharsets.US_ASCII));
    }
    assertThat(heard).containsExactly("begin", "/1");
  }

  @Test
  void whoSendsTooFarAheadIsNotRead() throws Exception {
    send(get("/1"));
    int ahead = 5000;
    send(get("/2"));
    assertThat(channel.config().isAutoRead()).isTrue();
    send(get("/2").repeat(ahead - 1));
    assertThat(channel.config().isAutoRead()).isFalse();
    int before = reads;
    send(get("/2"));
    assertThat(reads).as("Netty reads on by itself").isEqualTo(before);
    ahead++;

    for (int i = 0; i < ahead; i++) {
      resume();
      assertThat(channel.config().isAutoRead()).as("while %d wait", ahead - i).isFalse();
    }
    resume();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void emptyLinesAreNoRequest() throws Exception {
    send("\n\n" + get("/1") + "\n");
    assertThat(heard).containsExactly("begin", "/1");
    resume();
    assertThat(decoder.begun()).isFalse();
    send("\n");
    assertThat(decoder.begun()).isFalse();
    send("\n" + get("/2"));
    assertThat(heard).containsExactly("begin", "/1", "begin", "/2");
  }

  @Test
  void whatComesToAConnectionThatEndsIsDropped() {
    send(get("/1"));
    decoder.drop();
    send(get("/2").repeat(5000));
    assertThat(decoder.full()).isFalse();
    assertThat(channel.config().isAutoRead()).as("its end is still to be seen").isTrue();
    assertThat(heard).containsExactly("begin", "/1");
  }

  @Test
  void bytesBehindAHandshakeStayForWhoComesNext() {
    List<String> raw = new ArrayList<>();
    send(get("/ws") + "frames");
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object msg) {
                raw.add(((ByteBuf) msg).toString(StandardCharsets.US_ASCII));
                ReferenceCountUtil.release(msg);
              }
            });
    channel.pipeline().remove(listener);
    channel.pipeline().remove(decoder);
    assertThat(raw).containsExactly("frames");
  }

  @Test
  void aClientThatEndsItsInputIsServedWhatItAskedFor() throws Exception {
    send(get("/1") + get("/2"));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    resume();
    assertThat(heard).containsExactly("begin", "/1", "begin", "/2");
  }
}
