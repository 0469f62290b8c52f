package io.holdfast.relay;

import io.holdfast.websocket.Breach;
import io.holdfast.websocket.FrameCursor;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Passes one direction on, frame by frame, without touching payloads. What it passes always ends at
 * a frame boundary or inside the payload of a data frame: an incomplete header or control frame is
 * held back until the rest is there, so that a breach can still be answered with a Close, and our
 * own Pongs can be taken out.
 */
final class FrameForwarder {

  /** What is found on the way, and where bytes go. */
  interface Sink {
    /** Takes over {@code bytes} for the other leg. */
    void pass(ByteBuf bytes);

    /**
     * A whole control frame.
     *
     * @param payload index of its payload in {@code in}
     * @return whether it is passed on
     */
    boolean onControl(FrameCursor frame, ByteBuf in, int payload);

    /** The Close that {@link #onControl} was told of is passed on, if so asked; nothing follows. */
    void onClosed();

    /** A frame was not passed on, nor will be anything after it. */
    void onBreach(Breach breach);

    /** Whether something waits to be put in behind the present frame. */
    boolean wantsBoundary();

    /**
     * Called at a boundary when {@link #wantsBoundary()}; what was passed stands at it.
     *
     * @param endOfMessage whether it is the end of a data frame that ends its message
     */
    void atBoundary(boolean endOfMessage);
  }

  /** RFC 6455 section 5.5: two bytes, the masking key, 125 bytes of payload. */
  private static final int MAX_CONTROL_FRAME = 2 + 4 + 125;

  private final FrameCursor cursor = new FrameCursor();
  private final FrameRules rules;
  private final Sink sink;

  /** The begin of a header or control frame; null while there is none. */
  private @Nullable ByteBuf held;

  private boolean ended;

  /** The frame whose header the cursor has read was not passed on. */
  private boolean refused;

  private int frames;
  private int messages;
  private boolean data;

  FrameForwarder(FrameRules rules, Sink sink) {
    this.rules = rules;
    this.sink = sink;
  }

  /** Whether what was passed on ends inside a data frame, where nothing may be put in. */
  boolean insideFrame() {
    return !refused && cursor.payloadRemaining() > 0 && !cursor.isControl();
  }

  /** Whether what was passed on ends between two messages. */
  boolean betweenMessages() {
    return !insideFrame() && !cursor.inMessage();
  }

  /** Complete headers seen by the last {@link #read}. */
  int frames() {
    return frames;
  }

  /** Messages whose last frame began in the last {@link #read}. */
  int messages() {
    return messages;
  }

  /** Whether the last {@link #read} brought any part of a data message. */
  boolean data() {
    return data;
  }

  /** Takes over {@code in} and passes on what may be. */
  void read(ByteBuf in) {
    frames = 0;
    messages = 0;
    data = false;
    boolean untouched = false;
    try {
      untouched = walk(in, in.readerIndex(), in.writerIndex());
    } finally {
      if (!untouched) {
        in.release();
      }
    }
    if (untouched) {
      sink.pass(in);
    }
  }

  /**
   * Walks {@code in} and passes on parts of it.
   *
   * @return whether no part was passed on, held or dropped: all of it is to be passed on as it is
   */
  private boolean walk(ByteBuf in, int from, int end) {
    int passed = from;
    int index = from;
    int frameStart = from;
    while (index < end && !ended) {
      if (cursor.payloadRemaining() == 0) {
        if (cursor.atBoundary()) {
          frameStart = index;
        }
        index = cursor.readHeader(in, index, end);
        if (!cursor.headerComplete()) {
          break;
        }
        Breach breach = rules.check(cursor);
        if (breach != null) {
          if (held == null) {
            pass(in, passed, frameStart);
          }
          refuse();
          sink.onBreach(breach);
          return false;
        }
        frames++;
        if (!cursor.isControl()) {
          if (cursor.fin()) {
            messages++;
          }
          passHeld();
        }
      }
      data |= !cursor.isControl();
      index = cursor.skipPayload(index, end);
      if (cursor.payloadRemaining() > 0) {
        break;
      }
      if (cursor.isControl()) {
        passed = control(in, passed, frameStart, index);
        if (cursor.opcode() == Opcode.CLOSE) {
          // RFC 6455 section 5.5.1: nothing counts after a Close.
          pass(in, passed, index);
          end();
          sink.onClosed();
          return false;
        }
      }
      if (sink.wantsBoundary() && !ended) {
        pass(in, passed, index);
        passed = index;
        sink.atBoundary(!cursor.isControl() && cursor.fin());
      }
    }
    if (ended) {
      return false;
    }
    if (cursor.atBoundary() || insideFrame()) {
      if (passed == from) {
        return true;
      }
      pass(in, passed, end);
      return false;
    }
    if (held == null) {
      pass(in, passed, frameStart);
      held = in.alloc().buffer(MAX_CONTROL_FRAME).writeBytes(in, frameStart, end - frameStart);
    } else {
      held.writeBytes(in, passed, end - passed);
    }
    return false;
  }

  /**
   * Deals with a whole control frame, which ends before {@code index}.
   *
   * @return behind which byte of {@code in} nothing has been passed on or dropped
   */
  private int control(ByteBuf in, int passed, int frameStart, int index) {
    int length = (int) cursor.payloadLength();
    if (held != null) {
      held.writeBytes(in, passed, index - passed);
      if (sink.onControl(cursor, held, held.writerIndex() - length)) {
        passHeld();
      } else if (held != null) {
        held.release();
        held = null;
      }
      return index;
    }
    int rest = passed;
    if (cursor.opcode() == Opcode.CLOSE) {
      // What came before it must be passed on, whatever is made of the Close.
      pass(in, passed, frameStart);
      rest = frameStart;
    }
    if (sink.onControl(cursor, in, index - length)) {
      return rest;
    }
    pass(in, rest, frameStart);
    return index;
  }

  private void passHeld() {
    if (held != null) {
      ByteBuf bytes = held;
      held = null;
      sink.pass(bytes);
    }
  }

  private void pass(ByteBuf in, int from, int to) {
    if (from < to && !ended) {
      sink.pass(in.retainedSlice(from, to - from));
    }
  }

  /** Passes on nothing more, from the last boundary on. */
  void refuse() {
    refused = true;
    end();
  }

  /** Lets go of what is held. Nothing is passed on any more. */
  void end() {
    ended = true;
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
