package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.holdfast.observe.Meters;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A relayed message allocates nothing of ours: a relay allocates as much as two handlers that pass
 * buffers on and do nothing else. What those allocate is Netty's.
 */
final class RelayAllocationTest {
  private static final int WARM_UP = 10_000;
  private static final int READS = 100_000;

  /** A quarter of the smallest object; the measuring itself allocates a little. */
  private static final double NOTHING = 2;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Netty's search for leaks, which tests have on, takes notes of every retain and release. */
  private static final UnpooledByteBufAllocator UNTRACKED =
      new UnpooledByteBufAllocator(true, true);

  private final Meters meters = new Meters();
  private final Swallow client = new Swallow();
  private final Swallow backend = new Swallow();

  /** The last object that was allocated on purpose; a field, so that it cannot be left out. */
  private Object last = "";

  /** What one read brings. */
  enum Read {
    SMALL,
    LARGE,
    MANY,
    FRAGMENTS,
    CONTROL_BETWEEN
  }

  private static ByteBuf bytes(Read read) {
    return switch (read) {
      case SMALL -> frames(frame(0x81, 64));
      case LARGE -> frames(frame(0x82, 65_536));
      case MANY -> frames(frame(0x81, 64), frame(0x82, 300), frame(0x81, 10));
      case FRAGMENTS -> frames(frame(0x01, 20), frame(0x00, 20), frame(0x80, 20));
      case CONTROL_BETWEEN ->
          frames(frame(0x01, 20), frame(0x89, 4), frame(0x80, 20), frame(0x8a, 4));
    };
  }

  private static ByteBuf frames(byte[]... frames) {
    return UNTRACKED.directBuffer().writeBytes(Unpooled.wrappedBuffer(frames));
  }

  /** A masked frame, as clients send them. */
  private static byte[] frame(int first, int size) {
    ByteBuf frame = Unpooled.buffer().writeByte(first);
    if (size < 126) {
      frame.writeByte(0x80 | size);
    } else if (size < 65_536) {
      frame.writeByte(0x80 | 126).writeShort(size);
    } else {
      frame.writeByte(0x80 | 127).writeLong(size);
    }
    frame.writeInt(0x01020304).writeZero(size);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  /** A socket that takes everything at once. */
  private static final class Swallow extends EmbeddedChannel {
    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
      while (in.current() != null) {
        in.remove();
      }
    }
  }

  /** Passes on what it reads, as simply as can be. */
  private static class Bare extends ChannelInboundHandlerAdapter {
    private final Channel to;

    Bare(Channel to) {
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      to.write(msg, to.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      to.flush();
    }
  }

  @AfterEach
  void clear() {
    client.finishAndReleaseAll();
    backend.finishAndReleaseAll();
  }

  /** Bytes allocated per read by the client's pipeline and all that follows from it. */
  private double perRead(ChannelHandler handler, Read read) {
    client.pipeline().addLast(handler);
    ByteBuf bytes = bytes(read);
    send(bytes, WARM_UP);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    send(bytes, READS);
    long after = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(bytes.refCnt()).as("all was passed on and released").isEqualTo(1);
    bytes.release();
    client.pipeline().remove(handler);
    return (after - before) / (double) READS;
  }

  private void send(ByteBuf bytes, int times) {
    for (int i = 0; i < times; i++) {
      client.pipeline().fireChannelRead(bytes.retain());
      client.pipeline().fireChannelReadComplete();
    }
  }

  private Relay relay() {
    Swallow timer = new Swallow();
    Relay relay =
        new Relay(
            new RelayLoop(timer.eventLoop()),
            Bench.Policy.QUIET.pings(25, 60).build(),
            "service",
            meters,
            meters.newTraffic("service"),
            Extensions.NONE,
            client,
            backend,
            (ended, how) -> {});
    backend.pipeline().addLast(relay.backendHandler());
    relay.start();
    return relay;
  }

  @ParameterizedTest
  @EnumSource(Read.class)
  void aRelayAllocatesAsMuchAsPassingOn(Read read) {
    double netty = perRead(new Bare(backend), read);
    Relay relay = relay();
    double all = perRead(relay.clientHandler(), read);
    assertThat(relay.messagesFromClient()).as("it did relay").isGreaterThanOrEqualTo(READS);
    assertThat(relay.closing()).isFalse();
    assertThat(all - netty).as("bytes per read of our own; Netty's: %s", netty).isLessThan(NOTHING);
  }

  @Test
  void anAllocationPerReadIsSeen() {
    double netty = perRead(new Bare(backend), Read.SMALL);
    ChannelHandler allocates =
        new Bare(backend) {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            last = new Object();
            super.channelRead(ctx, msg);
          }
        };
    assertThat(perRead(allocates, Read.SMALL) - netty).isGreaterThan(NOTHING);
    assertThat(last).isNotNull();
  }
}
