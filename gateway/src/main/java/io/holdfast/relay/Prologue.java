package io.holdfast.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keeps a client's first messages, to say them again to a new backend: of protocols whose state is
 * in their opening. Passes all on meanwhile.
 */
final class Prologue implements Detour {
  private final Inlet inlet;
  private final LongSupplier heard;
  private final int count;
  private final int answers;
  private int room;
  private boolean control;

  /** One message: its frames as they came, masked, in an array of the very size. */
  private static final class Line {
    private byte[] frames = {};

    /** So many answers came before it, as far as they count. */
    private final int after;

    private Line(int after) {
      this.after = after;
    }
  }

  private final List<Line> lines = new ArrayList<>(1);
  private boolean inLine;

  /**
   * Begins.
   *
   * @param messages how many are kept
   * @param answers how many messages of a backend answer them
   * @param limit bytes of all together
   * @param heard messages that the client has got so far
   */
  Prologue(Inlet inlet, int messages, int answers, int limit, LongSupplier heard) {
    this.inlet = inlet;
    this.count = messages;
    this.answers = answers;
    this.room = limit;
    this.heard = heard;
  }

  @Override
  public void pass(ByteBuf bytes) {
    if (!control && !complete()) {
      keep(bytes);
    }
    control = false;
    inlet.to().write(bytes);
  }

  private void keep(ByteBuf bytes) {
    if (!inLine) {
      inLine = true;
      lines.add(new Line((int) Math.min(answers, heard.getAsLong())));
    }
    int more = bytes.readableBytes();
    room -= more;
    if (room >= 0) {
      Line line = lines.getLast();
      int before = line.frames.length;
      line.frames = Arrays.copyOf(line.frames, before + more);
      bytes.getBytes(bytes.readerIndex(), line.frames, before, more);
    } else {
      lines.clear();
    }
  }

  @Override
  public boolean passes() {
    return true;
  }

  @Override
  public void onControl() {
    control = true;
  }

  @Override
  public boolean wantsBoundary() {
    return true;
  }

  @Override
  public void atBoundary(boolean endOfMessage) {
    if (endOfMessage) {
      inLine = false;
      if (complete() || room < 0) {
        inlet.straight();
      }
    }
  }

  /** Whether the client has said it all, and it was kept. */
  boolean complete() {
    return lines.size() == count && !inLine;
  }

  /** How many messages it has. */
  int size() {
    return lines.size();
  }

  /** Before its message {@code index} the client had heard so many answers. */
  int after(int index) {
    return lines.get(index).after;
  }

  /** A message of it. */
  ByteBuf line(int index) {
    return Unpooled.wrappedBuffer(lines.get(index).frames);
  }
}
