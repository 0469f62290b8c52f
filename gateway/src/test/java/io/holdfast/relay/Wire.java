package io.holdfast.relay;

import io.holdfast.websocket.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.MockTicker;
import java.io.IOException;
import java.util.List;

/** A leg's channel, with a peer played by the test at its other end. */
final class Wire extends EmbeddedChannel {
  /** The peer reads nothing, and its window is closed. */
  private boolean stuck;

  private Runnable onWrite = () -> {};

  Wire(MockTicker ticker, ByteBufAllocator alloc) {
    super(builder().ticker(ticker));
    config().setAllocator(alloc);
    config().setAutoRead(false);
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    onWrite.run();
    if (!stuck) {
      super.doWrite(in);
    }
  }

  /** Calls {@code action} in the middle of each write. */
  void onWrite(Runnable action) {
    onWrite = action;
  }

  void stuck(boolean on) {
    stuck = on;
    if (!on) {
      flush();
    }
  }

  void sends(byte[] bytes) {
    writeInbound(alloc().buffer().writeBytes(bytes));
  }

  void sends(Frame... frames) {
    sends(Frame.bytes(List.of(frames)));
  }

  /** The peer ends its side alone. */
  void endsInput() {
    pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    runPendingTasks();
  }

  /** The peer ends the connection. */
  void ends() {
    close();
    runPendingTasks();
  }

  /** The peer's machine resets the connection. */
  void resets() {
    pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    runPendingTasks();
  }

  /** What the peer got since the last time. */
  byte[] gotBytes() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = readOutbound(); part != null; part = readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return ByteBufUtil.getBytes(all);
  }

  /** The whole frames that the peer got since the last time. */
  List<Frame> got() {
    return Frame.read(Unpooled.wrappedBuffer(gotBytes()));
  }

  /** The only frame that the peer got since the last time. */
  Frame gotOne() {
    List<Frame> frames = got();
    if (frames.size() != 1) {
      throw new AssertionError("expected one frame, got " + frames);
    }
    return frames.get(0);
  }

  boolean reads() {
    return config().isAutoRead();
  }
}
