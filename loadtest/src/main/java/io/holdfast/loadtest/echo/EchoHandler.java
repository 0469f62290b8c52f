package io.holdfast.loadtest.echo;

import io.holdfast.loadtest.wire.CloseCodes;
import io.holdfast.loadtest.wire.FrameReader;
import io.holdfast.loadtest.wire.FrameSink;
import io.holdfast.loadtest.wire.Frames;
import io.holdfast.loadtest.wire.Masking;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Echoes raw frames in place. A server's header is four bytes shorter than a client's, so the
 * answer never overtakes the question: each frame's header and unmasked payload are moved to the
 * front of the buffer they came in, and that buffer is written back. Large frames are echoed as
 * their bytes come; fragments stay fragments; text is not checked for UTF-8.
 */
final class EchoHandler extends ChannelInboundHandlerAdapter implements FrameSink {
  private static final long CLOSE_SECONDS = 2;

  private final FrameReader reader = new FrameReader(true);
  private final byte[] close = new byte[125];
  private @Nullable ChannelHandlerContext ctx;
  private int start;
  private int end;
  private boolean goAway;
  private boolean closeSent;
  private byte @Nullable [] answer;
  private boolean violated;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    start = in.readerIndex();
    end = start;
    reader.read(in, this);
    if (end > start) {
      context.write(in.setIndex(start, end), context.voidPromise());
    } else {
      in.release();
    }
    if (answer != null) {
      finish(context, answer);
    } else if (goAway && !reader.insideFrame()) {
      sendGoAway(context);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void frameStart(FrameReader head, ByteBuf in) {
    if (!echoes(head)) {
      return;
    }
    int opcode = head.opcode() == Opcode.PING ? Opcode.PONG : head.opcode();
    int size = Frames.headSize(head.length(), false);
    if (in.readerIndex() - end >= size) {
      Frames.setHead(in, end, head.fin(), opcode, false, head.length());
      end += size;
    } else if (ctx != null) {
      // The header was split over two reads, and this one's part is too short to hold the answer's.
      ByteBuf own = ctx.alloc().buffer(size);
      Frames.writeHead(own, head.fin(), opcode, false, head.length());
      ctx.write(own, ctx.voidPromise());
    }
  }

  @Override
  public void payload(FrameReader head, ByteBuf in, int length) {
    int from = in.readerIndex();
    if (echoes(head)) {
      Masking.move(in, from, end, length, head.maskKey(), head.offset());
      end += length;
    } else if (head.opcode() == Opcode.CLOSE) {
      Masking.move(in, from, from, length, head.maskKey(), head.offset());
      in.getBytes(from, close, (int) head.offset(), length);
    }
  }

  @Override
  public void frameEnd(FrameReader head) {
    if (head.opcode() == Opcode.CLOSE) {
      reader.stop();
      byte[] payload = Arrays.copyOf(close, (int) head.length());
      answer =
          CloseCodes.codeOf(payload) == CloseCodes.PROTOCOL_ERROR
              ? CloseCodes.payload(CloseCodes.PROTOCOL_ERROR, "")
              : payload;
    }
  }

  @Override
  public void violation(String what) {
    violated = true;
    answer = CloseCodes.payload(CloseCodes.PROTOCOL_ERROR, what);
  }

  private boolean echoes(FrameReader head) {
    return !closeSent && head.opcode() != Opcode.PONG && head.opcode() != Opcode.CLOSE;
  }

  private void finish(ChannelHandlerContext context, byte[] payload) {
    answer = null;
    if (closeSent) {
      context.close();
      return;
    }
    closeSent = true;
    ByteBuf frame = Frames.fromServer(context.alloc(), Opcode.CLOSE, payload);
    if (violated && context.channel() instanceof DuplexChannel duplex) {
      // Closing with unread bytes resets the connection, and the client would miss our Close.
      context.writeAndFlush(frame).addListener(_ -> duplex.shutdownOutput());
      context.executor().schedule(() -> context.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    } else {
      context.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void sendGoAway(ChannelHandlerContext context) {
    goAway = false;
    if (!closeSent) {
      closeSent = true;
      byte[] payload = CloseCodes.payload(CloseCodes.GOING_AWAY, "");
      context.writeAndFlush(
          Frames.fromServer(context.alloc(), Opcode.CLOSE, payload), context.voidPromise());
      context.executor().schedule(() -> context.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(context.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == GoAway.INSTANCE) {
      goAway = true;
      if (!reader.insideFrame()) {
        sendGoAway(context);
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
