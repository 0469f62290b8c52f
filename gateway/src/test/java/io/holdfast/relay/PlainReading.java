package io.holdfast.relay;

import io.holdfast.websocket.Breach;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What must become of a stream, found the plain way: all of it at hand, one frame after another. It
 * shares no code with what it is compared to.
 */
final class PlainReading {

  /**
   * One frame.
   *
   * @param start of its header in the stream
   * @param payload where its payload starts
   * @param end behind its last byte; beyond the stream's when that is cut off
   * @param passes whether it is passed on
   */
  record Part(int start, int payload, long end, boolean control, boolean passes) {}

  private final byte[] stream;
  private final FrameRules rules;
  private final long token;

  final List<Part> parts = new ArrayList<>();

  /** What may be said of the frame behind the last part; empty when nothing is wrong. */
  Set<Breach> breaches = EnumSet.noneOf(Breach.class);

  boolean closed;

  PlainReading(byte[] stream, FrameRules rules, long token) {
    this.stream = stream;
    this.rules = rules;
    this.token = token;
    read();
  }

  private void read() {
    boolean inMessage = false;
    double messageLength = 0;
    int at = 0;
    while (stream.length - at >= 2) {
      int first = stream[at] & 0xff;
      int second = stream[at + 1] & 0xff;
      int small = second % 128;
      boolean masked = second >= 128;
      int extended = small == 127 ? 8 : small == 126 ? 2 : 0;
      int payload = at + 2 + extended + (masked ? 4 : 0);
      if (payload > stream.length) {
        return;
      }
      long length = small;
      if (extended > 0) {
        length = 0;
        for (int i = 0; i < extended; i++) {
          length = length * 256 + (stream[at + 2 + i] & 0xff);
        }
      }
      boolean fin = first >= 128;
      int reserved = first / 16 % 8;
      int opcode = first % 16;
      boolean control = opcode >= 8;
      if (!control) {
        messageLength = opcode == 0 && inMessage ? messageLength + length : length;
      }
      judge(fin, reserved, opcode, masked, extended, length, inMessage, messageLength);
      if (!breaches.isEmpty()) {
        return;
      }
      long end = length > Integer.MAX_VALUE ? length : payload + length;
      if (control) {
        if (end > stream.length) {
          parts.add(new Part(at, payload, end, true, false));
          return;
        }
        byte[] content = content(payload, (int) end, masked);
        if (opcode == 8) {
          judgeClose(content);
          if (!breaches.isEmpty()) {
            return;
          }
        }
        boolean ours =
            opcode == 10 && content.length == 8 && ByteBuffer.wrap(content).getLong() == token;
        parts.add(new Part(at, payload, end, true, !ours));
        if (opcode == 8) {
          closed = true;
          return;
        }
      } else {
        parts.add(new Part(at, payload, end, false, true));
        inMessage = !fin;
        if (end > stream.length) {
          return;
        }
      }
      at = (int) end;
    }
  }

  private byte[] content(int from, int to, boolean masked) {
    byte[] content = new byte[to - from];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (stream[from + i] ^ (masked ? stream[from - 4 + i % 4] : 0));
    }
    return content;
  }

  private void judge(
      boolean fin,
      int reserved,
      int opcode,
      boolean masked,
      int extended,
      long length,
      boolean inMessage,
      double messageLength) {
    boolean control = opcode >= 8;
    say(length < 0, Breach.LENGTH);
    say(control && length > 125, Breach.CONTROL_LENGTH);
    say(!control && rules.maxFrame() > 0 && length > rules.maxFrame(), Breach.FRAME_TOO_BIG);
    say(
        !control && rules.maxMessage() > 0 && messageLength > rules.maxMessage(),
        Breach.MESSAGE_TOO_BIG);
    if (!rules.strict()) {
      return;
    }
    say(masked && !rules.masked(), Breach.MASKED);
    say(!masked && rules.masked(), Breach.UNMASKED);
    say(extended == 2 && length < 126, Breach.LENGTH_ENCODING);
    say(extended == 8 && length >= 0 && length < 65536, Breach.LENGTH_ENCODING);
    boolean known = rules.extensions() != Extensions.UNKNOWN;
    boolean compressed =
        rules.extensions() == Extensions.PERMESSAGE_DEFLATE
            && reserved == 4
            && (opcode == 1 || opcode == 2);
    say(known && reserved != 0 && !compressed, Breach.RESERVED_BITS);
    say(known && ((opcode > 2 && opcode < 8) || opcode > 10), Breach.OPCODE);
    say(control && !fin, Breach.CONTROL_FRAGMENT);
    say(!control && opcode == 0 && !inMessage, Breach.CONTINUATION);
    say(!control && opcode != 0 && inMessage, Breach.INTERLEAVED);
  }

  private void judgeClose(byte[] content) {
    if (!rules.strict() || content.length == 0) {
      return;
    }
    say(content.length == 1, Breach.CLOSE_LENGTH);
    say(
        content.length > 1 && !CloseCode.isSendable(ByteBuffer.wrap(content).getShort() & 0xffff),
        Breach.CLOSE_CODE);
  }

  private void say(boolean wrong, Breach breach) {
    if (wrong) {
      breaches.add(breach);
    }
  }

  /** How many bytes are passed on once the first {@code read} bytes of the stream were read. */
  long passedOf(int read) {
    long passed = 0;
    for (Part part : parts) {
      passed += passedOf(part, read);
    }
    return passed;
  }

  private static long passedOf(Part part, int read) {
    if (!part.passes || (part.control ? read < part.end : read < part.payload)) {
      return 0;
    }
    return Math.min(read, part.end) - part.start;
  }

  /** Whether what is passed on by then ends inside a frame. */
  boolean insideFrame(int read) {
    for (Part part : parts) {
      if (!part.control && read >= part.payload && read < part.end) {
        return true;
      }
    }
    return false;
  }

  /** All bytes that are passed on in the end. */
  byte[] passed() {
    ByteBuffer out = ByteBuffer.allocate(stream.length);
    for (Part part : parts) {
      out.put(stream, part.start, (int) passedOf(part, stream.length));
    }
    byte[] passed = new byte[out.position()];
    out.flip().get(passed);
    return passed;
  }

  /** Lengths of what is passed on that end behind a frame, in order; 0 is one. */
  List<Long> boundaries() {
    List<Long> boundaries = new ArrayList<>(List.of(0L));
    long passed = 0;
    for (Part part : parts) {
      passed += passedOf(part, stream.length);
      if (part.end <= stream.length) {
        boundaries.add(passed);
      }
    }
    return boundaries;
  }
}
