package io.holdfast.loadtest.wire;

/** The opcodes of RFC 6455 section 5.2. */
public final class Opcode {
  public static final int CONTINUATION = 0x0;
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  public static final int CLOSE = 0x8;
  public static final int PING = 0x9;
  public static final int PONG = 0xA;

  private Opcode() {}

  /** Whether {@code opcode} is a control frame's (section 5.5). */
  public static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }

  /** Whether section 5.2 gives {@code opcode} a meaning. */
  public static boolean isKnown(int opcode) {
    return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
  }
}
