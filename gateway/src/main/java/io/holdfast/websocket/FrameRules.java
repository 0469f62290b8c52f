package io.holdfast.websocket;

import org.jspecify.annotations.Nullable;

/**
 * What the frames of one direction are held to. Immutable, shared by all relays of a kind.
 *
 * @param masked whether every frame must be masked (a client's) or none may (a server's)
 * @param strict whether RFC 6455's framing rules are enforced; without, only what makes the stream
 *     unreadable is a breach
 * @param extensions which extensions were negotiated
 * @param maxFrame payload bytes of one frame; 0 is no limit
 * @param maxMessage payload bytes of one message; 0 is no limit
 */
public record FrameRules(
    boolean masked, boolean strict, Extensions extensions, long maxFrame, long maxMessage) {

  private static final int MAX_CONTROL = 125;
  private static final int RSV1 = 4;

  /** What the negotiated extensions may do to a frame's header. */
  public enum Extensions {
    /** Nothing was negotiated: all reserved bits are 0. */
    NONE,
    /** RFC 7692: RSV1 on the first frame of a data message. */
    PERMESSAGE_DEFLATE,
    /** One that we do not know: all reserved bits and opcodes may mean something. */
    UNKNOWN;

    /** Reads a {@code Sec-WebSocket-Extensions} answer; null or empty for none. */
    public static Extensions of(@Nullable String negotiated) {
      if (negotiated == null || negotiated.isBlank()) {
        return NONE;
      }
      for (String extension : negotiated.split(",", -1)) {
        String name = extension.split(";", 2)[0].strip();
        if (!name.equals("permessage-deflate")) {
          return UNKNOWN;
        }
      }
      return PERMESSAGE_DEFLATE;
    }
  }

  /**
   * Judges the frame whose header {@code cursor} has just read.
   *
   * @return null when nothing is wrong
   */
  public @Nullable Breach check(FrameCursor cursor) {
    long length = cursor.payloadLength();
    if (length < 0) {
      return Breach.LENGTH;
    }
    if (cursor.isControl()) {
      if (length > MAX_CONTROL) {
        return Breach.CONTROL_LENGTH;
      }
    } else if (maxFrame > 0 && length > maxFrame) {
      return Breach.FRAME_TOO_BIG;
    } else if (maxMessage > 0 && cursor.messageLength() > maxMessage) {
      return Breach.MESSAGE_TOO_BIG;
    }
    return strict ? checkStrictly(cursor) : null;
  }

  private @Nullable Breach checkStrictly(FrameCursor cursor) {
    if (cursor.masked() != masked) {
      return masked ? Breach.UNMASKED : Breach.MASKED;
    }
    if (!cursor.lengthIsMinimal()) {
      return Breach.LENGTH_ENCODING;
    }
    int opcode = cursor.opcode();
    if (extensions != Extensions.UNKNOWN) {
      int reserved = cursor.reservedBits();
      boolean compressible = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
      boolean deflate = extensions == Extensions.PERMESSAGE_DEFLATE && compressible;
      if (reserved != 0 && !(deflate && reserved == RSV1)) {
        return Breach.RESERVED_BITS;
      }
      if (Opcode.isReserved(opcode)) {
        return Breach.OPCODE;
      }
    }
    if (cursor.isControl()) {
      return cursor.fin() ? null : Breach.CONTROL_FRAGMENT;
    }
    boolean continues = opcode == Opcode.CONTINUATION;
    if (continues != cursor.wasInMessage()) {
      return continues ? Breach.CONTINUATION : Breach.INTERLEAVED;
    }
    return null;
  }

  /**
   * Judges the code of a Close, as {@link ControlFrames#closeCode} gives it.
   *
   * @return null when nothing is wrong
   */
  public @Nullable Breach checkClose(int code) {
    if (!strict || code == CloseCode.NO_CODE || CloseCode.isSendable(code)) {
      return null;
    }
    return code < 0 ? Breach.CLOSE_LENGTH : Breach.CLOSE_CODE;
  }
}
