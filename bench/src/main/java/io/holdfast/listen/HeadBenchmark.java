package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What reading and checking the head of a browser's WebSocket handshake costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadBenchmark {
  private static final Limits LIMITS =
      new Limits(0, 0, 16_384, 100, Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** As Chromium sends it to a site with a few cookies. */
  private static final String HEAD =
      """
      GET /ws/chat/general?token=eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo HTTP/1.1
      Host: chat.example.com
      Connection: Upgrade
      Pragma: no-cache
      Cache-Control: no-cache
      User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
      Upgrade: websocket
      Origin: https://chat.example.com
      Sec-WebSocket-Version: 13
      Accept-Encoding: gzip, deflate, br, zstd
      Accept-Language: en-GB,en-US;q=0.9,en;q=0.8
      Cookie: session=2b1d6c0b9f1e4c7a; theme=dark; HOLDFAST=AbcDEfghIJklMNopQRstUVwxYZ0123456789abcdefghi
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits

      """
          .replace("\n", "\r\n");

  private final ByteBuf head =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer().writeBytes(HEAD.getBytes(StandardCharsets.US_ASCII)));
  private final RequestDecoder decoder = new RequestDecoder(LIMITS, () -> {});
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder, new Last());
  private int accepted;

  /** Takes what was read, as a client connection does. */
  private final class Last extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof HttpRequest request
          && HeadCheck.check(request, LIMITS) == null
          && HandshakeCheck.check(request) == null) {
        accepted++;
      }
      ReferenceCountUtil.release(msg);
    }
  }

  /** One head, in one read. */
  @Benchmark
  public int read() throws Exception {
    int before = accepted;
    channel.pipeline().fireChannelRead(head.duplicate());
    decoder.resume(channel.pipeline().context(decoder));
    if (accepted != before + 1) {
      throw new IllegalStateException("the head was refused");
    }
    return accepted;
  }
}
