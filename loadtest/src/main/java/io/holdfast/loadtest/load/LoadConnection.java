package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.CloseCodes;
import io.holdfast.loadtest.wire.Compression;
import io.holdfast.loadtest.wire.FrameReader;
import io.holdfast.loadtest.wire.FrameSink;
import io.holdfast.loadtest.wire.InflatingSink;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One connection under load; on its worker's event loop only. Messages are due, then written while
 * the socket takes them, then echoed: {@code echoes <= written <= due}.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter implements FrameSink {
  private final LoadWorker worker;
  private final Channel channel;
  private final EchoCheck check;
  private final TimeRing times = new TimeRing();
  private final FrameReader reader;
  private final FrameSink sink;
  private final Outbox outbox;
  private final @Nullable InflatingSink inflater;
  private final byte[] control = new byte[125];
  private long due;
  private long written;
  private long received;
  private long now;
  private boolean typeIsRight = true;
  private boolean closeSent;
  private boolean ended;
  private boolean flushing;
  private @Nullable String trouble;
  private byte @Nullable [] closeReceived;

  LoadConnection(LoadWorker worker, Channel channel, int id, @Nullable Compression compression) {
    this.worker = worker;
    this.channel = channel;
    this.reader = new FrameReader(false, compression != null);
    this.inflater =
        compression == null ? null : new InflatingSink(this, compression.serverForgets());
    this.sink = inflater == null ? this : inflater;
    this.outbox = new Outbox(worker, channel, id, compression);
    this.check = new EchoCheck(worker.payload(), id, worker.options().size());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    // The HTTP codec leaves the pipeline after this call, and must not see our frames.
    worker.loop().execute(() -> worker.connectionOpened(this, ended));
  }

  /** Makes one more message due since {@code nanos}, and writes it if the socket takes it. */
  void due(long nanos) {
    times.put(due++, check.next(), nanos);
    worker.addOutstanding(1);
    pump();
  }

  private void pump() {
    while (written < due && !closeSent && channel.isWritable()) {
      outbox.message((int) written, due - written);
      written++;
      worker.tally().sent++;
    }
  }

  /** Sends what was written. */
  void flush() {
    flushing = false;
    outbox.flush();
  }

  /** Marks this connection as one to flush; false when it already was. */
  boolean markForFlush() {
    boolean first = !flushing;
    flushing = true;
    return first;
  }

  /** Sends a Close with 1000. */
  void close() {
    sendClose(CloseCodes.payload(CloseCodes.NORMAL, ""));
  }

  /** Ends a connection whose peer did not answer the Close in time. */
  void giveUp() {
    trouble = "close_timeout";
    channel.close();
  }

  private void sendClose(byte[] payload) {
    if (!closeSent) {
      closeSent = true;
      outbox.control(Opcode.CLOSE, payload);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    now = System.nanoTime();
    try {
      reader.read(in, sink);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (written < due && channel.isWritable()) {
      pump();
      flush();
    }
  }

  @Override
  public void frameStart(FrameReader head, ByteBuf in) {
    if (head.opcode() == Opcode.TEXT || head.opcode() == Opcode.BINARY) {
      typeIsRight = head.opcode() == worker.opcode();
    }
  }

  @Override
  public void payload(FrameReader head, ByteBuf in, int length) {
    if (Opcode.isControl(head.opcode())) {
      in.getBytes(in.readerIndex(), control, (int) head.offset(), length);
    } else {
      check.bytes(in, in.readerIndex(), length);
    }
  }

  @Override
  public void frameEnd(FrameReader head) {
    if (!Opcode.isControl(head.opcode())) {
      if (head.fin()) {
        echo();
      }
      return;
    }
    byte[] payload = Arrays.copyOf(control, (int) head.length());
    if (head.opcode() == Opcode.CLOSE) {
      reader.stop();
      closeReceived = payload;
      sendClose(
          payload.length < 2 ? new byte[0] : CloseCodes.payload(CloseCodes.codeOf(payload), ""));
    } else if (head.opcode() == Opcode.PING && !closeSent) {
      outbox.control(Opcode.PONG, payload);
    }
  }

  private void echo() {
    EchoCheck.Verdict verdict = check.messageEnd(written);
    if (!typeIsRight && verdict == EchoCheck.Verdict.GOOD) {
      verdict = EchoCheck.Verdict.MISMATCHED;
    }
    if (verdict != EchoCheck.Verdict.DUPLICATED) {
      received++;
      worker.addOutstanding(-1);
    }
    if (verdict == EchoCheck.Verdict.GOOD) {
      worker.echoed(this, times.get(Integer.toUnsignedLong(check.lastSequence())), now);
    } else {
      worker.wrongEcho(this, verdict, now);
    }
  }

  @Override
  public void violation(String what) {
    trouble = "protocol_error";
    sendClose(CloseCodes.payload(CloseCodes.PROTOCOL_ERROR, what));
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (trouble == null) {
      String message = String.valueOf(cause.getMessage());
      trouble = message.matches(".*(reset|roken pipe).*") ? "reset" : "io_error";
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (ended) {
      return;
    }
    ended = true;
    outbox.close();
    if (inflater != null) {
      inflater.close();
    }
    Tally tally = worker.tally();
    worker.addOutstanding(received - due);
    tally.lost += Math.max(0, written - received);
    tally.unsent += due - written;
    byte[] payload = closeReceived;
    if (payload != null) {
      Tally.count(tally.closes, String.valueOf(CloseCodes.codeOf(payload)));
    } else {
      Tally.count(tally.closes, String.valueOf(CloseCodes.ABNORMAL));
      Tally.count(tally.abnormal, trouble == null ? "ended_without_close" : trouble);
    }
    worker.connectionEnded(
        this, payload != null && CloseCodes.codeOf(payload) == CloseCodes.NORMAL);
  }
}
