package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's side of an open WebSocket; fragments are joined into messages. */
public final class ClientMessages extends ChannelInboundHandlerAdapter implements FrameSink {
  private static final int MAX_MESSAGE = 256 << 20;
  private static final long CLOSE_SECONDS = 5;

  /** Hears what comes in, on the event loop. */
  public interface Listener {
    /** A whole message, uncompressed. */
    void message(boolean text, byte[] payload);

    /** A Ping, which is answered, or a Pong. */
    void control(int opcode, byte[] payload);

    /** The connection is gone; {@code code} is 1006 when no Close was received. */
    void ended(int code, String reason);

    /** What is wrong, in words; the end follows. */
    void trouble(String what);
  }

  private final Listener listener;
  private FrameReader reader = new FrameReader(false);
  private FrameSink sink = this;
  private @Nullable MessageDeflater deflater;
  private @Nullable InflatingSink inflater;
  private final MaskKeys keys;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final ByteArrayOutputStream control = new ByteArrayOutputStream(125);
  private @Nullable ChannelHandlerContext ctx;
  private boolean text;
  private boolean closeSent;
  private byte @Nullable [] closeReceived;
  private boolean ended;

  /**
   * For one connection.
   *
   * @param keys of the same event loop
   */
  public ClientMessages(Listener listener, MaskKeys keys) {
    this.listener = listener;
    this.keys = keys;
  }

  /** Has messages compressed both ways; before this handler is in a pipeline. */
  public void compress(Compression agreed) {
    reader = new FrameReader(false, true);
    deflater = new MessageDeflater(agreed.clientForgets());
    inflater = new InflatingSink(this, agreed.serverForgets());
    sink = inflater;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  /** Sends one frame; on the event loop only. Null once a Close was sent. */
  public @Nullable ChannelFuture send(int opcode, byte[] payload) {
    ChannelHandlerContext context = ctx;
    if (closeSent || ended || context == null) {
      return null;
    }
    return context.writeAndFlush(frame(context.alloc(), opcode, payload));
  }

  private ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
    if (deflater == null || Opcode.isControl(opcode)) {
      return Frames.fromClient(allocator, opcode, payload, keys.next());
    }
    ByteBuf deflated = deflater.deflate(allocator, ByteBuffer.wrap(payload));
    ByteBuf frame = allocator.buffer();
    Frames.writeFromClient(frame, opcode | Frames.COMPRESSED, deflated, keys.next());
    deflated.release();
    return frame;
  }

  /** Starts the close handshake, bounded; on the event loop only. */
  public void close(int code, String reason) {
    ChannelHandlerContext context = ctx;
    if (context != null && send(Opcode.CLOSE, CloseCodes.payload(code, reason)) != null) {
      closeSent = true;
      context.executor().schedule(() -> context.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf in = (ByteBuf) bytes;
    try {
      reader.read(in, sink);
    } finally {
      in.release();
    }
  }

  @Override
  public void frameStart(FrameReader head, ByteBuf in) {
    if (head.opcode() == Opcode.TEXT || head.opcode() == Opcode.BINARY) {
      text = head.opcode() == Opcode.TEXT;
    }
    if (!Opcode.isControl(head.opcode())) {
      hasRoom(head.length());
    }
  }

  /** Refuses a message that would become too large by {@code more} bytes. */
  private boolean hasRoom(long more) {
    boolean fits = message.size() + more <= MAX_MESSAGE;
    if (!fits) {
      reader.stop();
      listener.trouble("a message is larger than this client keeps (256 MiB)");
      close(1009, "");
    }
    return fits;
  }

  @Override
  public void payload(FrameReader head, ByteBuf in, int length) {
    byte[] part = new byte[length];
    in.getBytes(in.readerIndex(), part);
    if (Opcode.isControl(head.opcode())) {
      control.writeBytes(part);
    } else if (hasRoom(length)) {
      // Asked again, since a few compressed bytes can become many.
      message.writeBytes(part);
    }
  }

  @Override
  public void frameEnd(FrameReader head) {
    if (!Opcode.isControl(head.opcode())) {
      if (head.fin()) {
        byte[] whole = message.toByteArray();
        message.reset();
        listener.message(text, whole);
      }
      return;
    }
    byte[] payload = control.toByteArray();
    control.reset();
    if (head.opcode() == Opcode.CLOSE) {
      closed(payload);
      return;
    }
    listener.control(head.opcode(), payload);
    if (head.opcode() == Opcode.PING) {
      send(Opcode.PONG, payload);
    }
  }

  private void closed(byte[] payload) {
    reader.stop();
    closeReceived = payload;
    close(payload.length < 2 ? 0 : CloseCodes.codeOf(payload), "");
  }

  @Override
  public void violation(String what) {
    listener.trouble("the server broke the protocol: " + what);
    close(CloseCodes.PROTOCOL_ERROR, what);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!ended) {
      ended = true;
      if (deflater != null) {
        deflater.close();
      }
      if (inflater != null) {
        inflater.close();
      }
      byte[] payload = closeReceived;
      listener.ended(
          payload == null ? CloseCodes.ABNORMAL : CloseCodes.codeOf(payload),
          payload == null ? "" : CloseCodes.reasonOf(payload));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    listener.trouble("the connection failed: " + cause.getMessage());
    context.close();
  }
}
