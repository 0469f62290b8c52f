package io.holdfast.relay;

import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.nio.charset.StandardCharsets;

/** A frame as an end of a simulated connection said or heard it. */
record Token(boolean fin, int reserved, int opcode, String payload) {
  static Token of(Frame frame) {
    String payload = new String(frame.payload(), StandardCharsets.ISO_8859_1);
    return new Token(frame.fin(), frame.reserved(), frame.opcode(), payload);
  }

  boolean isData() {
    return opcode <= Opcode.BINARY;
  }

  @Override
  public String toString() {
    String begin = payload.substring(0, Math.min(16, payload.length()));
    return "%s%x/%x %s(%d)".formatted(fin ? "" : "+", opcode, reserved, begin, payload.length());
  }
}
