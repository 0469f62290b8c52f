package io.holdfast.relay;

import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one end of a simulated connection hears: frames, whose order it minds. */
final class Ear {
  private final boolean client;
  private final String gatewaysPing;

  /** Frames, in order, without the Close and the gateway's Pings. */
  final List<Token> frames = new ArrayList<>();

  /** Beginnings of whole messages, in order. */
  final List<String> messages = new ArrayList<>();

  /** Pings that wait for their Pong. */
  final List<String> pings = new ArrayList<>();

  /** The Close; null while there is none. */
  @Nullable String closed;

  private byte[] in = {};
  private @Nullable StringBuilder message;

  /**
   * Of a client, or a server.
   *
   * @param gatewaysPing payload of the gateway's own Pings
   */
  Ear(boolean client, String gatewaysPing) {
    this.client = client;
    this.gatewaysPing = gatewaysPing;
  }

  /** Hears {@code more}. */
  void hear(byte[] more) {
    if (more.length == 0) {
      return;
    }
    in = Peer.joined(in, more);
    int end = whole();
    ByteBuf whole = Unpooled.wrappedBuffer(in, 0, end);
    Frame.read(whole).forEach(this::hear);
    in = Arrays.copyOfRange(in, end, in.length);
  }

  /** Bytes of whole frames. */
  private int whole() {
    int end = 0;
    while (in.length - end >= 2) {
      int small = in[end + 1] & 0x7f;
      int header = 2 + (small == 126 ? 2 : small == 127 ? 8 : 0) + (in[end + 1] < 0 ? 4 : 0);
      if (in.length - end < header) {
        return end;
      }
      int length = small < 126 ? small : (in[end + 2] & 0xff) << 8 | (in[end + 3] & 0xff);
      if (small == 127) {
        length = Unpooled.wrappedBuffer(in, end + 6, 4).readInt();
      }
      if (in.length - end < header + length) {
        return end;
      }
      end += header + length;
    }
    return end;
  }

  private void hear(Frame frame) {
    Token token = Token.of(frame);
    if (closed != null) {
      throw new AssertionError("a frame behind a Close: " + token);
    }
    if ((frame.mask() == null) != client) {
      throw new AssertionError("masked the wrong way: " + token);
    }
    switch (frame.opcode()) {
      case Opcode.TEXT -> {
        if (message != null) {
          throw new AssertionError("a message inside another");
        }
        message = new StringBuilder();
        part(token);
      }
      case Opcode.CONTINUATION -> part(token);
      case Opcode.PING -> pings.add(token.payload());
      case Opcode.PONG -> {}
      case Opcode.CLOSE -> closed = frame.payload().length == 0 ? "1005 " : frame.close();
      default -> throw new AssertionError("opcode " + frame.opcode());
    }
    if (closed == null && !token.payload().equals(gatewaysPing)) {
      frames.add(token);
    }
  }

  private void part(Token token) {
    StringBuilder text = message;
    if (text == null) {
      throw new AssertionError("a continuation of nothing");
    }
    text.append(token.payload());
    if (token.fin()) {
      messages.add(text.substring(0, text.indexOf(".")));
      message = null;
    }
  }
}
