package io.holdfast.websocket;

/** The four bits that say what a frame is (RFC 6455 section 5.2). */
public final class Opcode {
  public static final int CONTINUATION = 0x0;
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  public static final int CLOSE = 0x8;
  public static final int PING = 0x9;
  public static final int PONG = 0xA;

  private Opcode() {}

  /** Whether frames of this kind may stand between the fragments of a message. */
  public static boolean isControl(int opcode) {
    return (opcode & 0x8) != 0;
  }

  /** Whether RFC 6455 gives this opcode no meaning yet. */
  public static boolean isReserved(int opcode) {
    return (opcode > BINARY && opcode < CLOSE) || opcode > PONG;
  }
}
