package io.holdfast.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Walks the bytes of one direction and knows at each byte whether it stands at a frame boundary,
 * inside a header, or how many payload bytes remain (RFC 6455 section 5.2). Reads 2 to 14 bytes a
 * frame, never a payload; allocates nothing, copies nothing, owns no buffer.
 *
 * <p>Use: {@link #readHeader} until {@link #headerComplete()}, then {@link #skipPayload} until
 * {@link #payloadRemaining()} is 0, and again. Both may be given any split of the stream.
 *
 * <p>The cursor does not judge, but for one thing: after a length that no frame can have ({@link
 * #payloadLength()} is negative) it cannot go on. {@link FrameRules} judges.
 *
 * <p>Not thread-safe; one per direction, used by its event loop.
 */
public final class FrameCursor {
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;

  /** Header bytes read so far; 0 at a boundary and inside a payload. */
  private byte headerRead;

  private byte first;
  private byte second;
  private boolean headerComplete;
  private boolean inMessage;
  private boolean wasInMessage;
  private int mask;
  private long length;
  private long remaining;
  private long messageLength;

  /**
   * Reads header bytes. Starts a new header where the last frame is complete.
   *
   * @param in the bytes; its indices are neither used nor moved
   * @param from first byte to read
   * @param end behind the last byte that is there
   * @return behind the last byte read: {@code end} when the header goes on beyond it
   */
  public int readHeader(ByteBuf in, int from, int end) {
    int index = from;
    if (headerRead == 0) {
      headerComplete = false;
      length = 0;
      mask = 0;
      if (end - from >= 2) {
        first = in.getByte(from);
        second = in.getByte(from + 1);
        int size = headerLength();
        if (end - from >= size) {
          readWhole(in, from + 2, from + size);
          return from + size;
        }
        headerRead = 2;
        index += 2;
      }
    }
    while (index < end && !headerComplete) {
      readOne(in.getByte(index++));
    }
    return index;
  }

  private void readWhole(ByteBuf in, int from, int end) {
    int extended = second & 0x7f;
    int index = from;
    if (extended < LENGTH_16) {
      length = extended;
    } else if (extended == LENGTH_16) {
      length = in.getUnsignedShort(index);
      index += 2;
    } else {
      length = in.getLong(index);
      index += 8;
    }
    if (index < end) {
      mask = in.getInt(index);
    }
    complete();
  }

  private void readOne(byte b) {
    if (headerRead == 0) {
      first = b;
    } else if (headerRead == 1) {
      second = b;
    } else if (headerRead < headerLength() - (masked() ? 4 : 0)) {
      length = length << 8 | (b & 0xff);
    } else {
      mask = mask << 8 | (b & 0xff);
    }
    headerRead++;
    if (headerRead >= 2 && headerRead == headerLength()) {
      int extended = second & 0x7f;
      if (extended < LENGTH_16) {
        length = extended;
      }
      complete();
    }
  }

  private void complete() {
    headerRead = 0;
    headerComplete = true;
    remaining = length;
    wasInMessage = inMessage;
    if (!isControl()) {
      boolean continues = wasInMessage && opcode() == Opcode.CONTINUATION;
      messageLength = continues ? messageLength + length : length;
      if (messageLength < 0) {
        messageLength = Long.MAX_VALUE;
      }
      inMessage = !fin();
    }
  }

  /**
   * Steps over payload bytes.
   *
   * @return behind the last payload byte of this frame, or {@code end} when it goes on beyond it
   */
  public int skipPayload(int from, int end) {
    int step = (int) Math.min(remaining, end - from);
    remaining -= step;
    return from + step;
  }

  /** Whether the last byte read ended a header, and no byte of the next one is read. */
  public boolean headerComplete() {
    return headerComplete;
  }

  /** Whether the next byte is the first of a frame. */
  public boolean atBoundary() {
    return headerRead == 0 && remaining == 0;
  }

  /** Bytes of the present frame's payload that are still to come. */
  public long payloadRemaining() {
    return remaining;
  }

  /** Bytes of the present header, 2 to 14; known once its second byte is read. */
  public int headerLength() {
    int extended = second & 0x7f;
    int size = extended < LENGTH_16 ? 2 : extended == LENGTH_16 ? 4 : 10;
    return masked() ? size + 4 : size;
  }

  /** Whether this frame ends its message. */
  public boolean fin() {
    return (first & FIN) != 0;
  }

  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. */
  public int reservedBits() {
    return first >> 4 & 0x7;
  }

  /** What the frame is: one of {@link Opcode}, or a reserved value. */
  public int opcode() {
    return first & 0xf;
  }

  /** Whether the frame is a control frame. */
  public boolean isControl() {
    return Opcode.isControl(first & 0xf);
  }

  /** Whether the payload is masked. */
  public boolean masked() {
    return (second & MASKED) != 0;
  }

  /** The masking key, first byte highest; 0 where there is none. */
  public int mask() {
    return mask;
  }

  /** Payload bytes of this frame; negative when the highest of its 64 bits is set. */
  public long payloadLength() {
    return length;
  }

  /** Whether the length is written in the fewest bytes, as it must be. */
  boolean lengthIsMinimal() {
    int extended = second & 0x7f;
    return extended < LENGTH_16
        || (extended == LENGTH_16 ? length >= LENGTH_16 : length < 0 || length > 0xffff);
  }

  /** Whether a message has begun whose last frame has not; its payload does not count. */
  public boolean inMessage() {
    return inMessage;
  }

  /** Whether a message had been begun and not ended before this frame. */
  boolean wasInMessage() {
    return wasInMessage;
  }

  /** Payload bytes of the present message up to the end of this frame. */
  public long messageLength() {
    return messageLength;
  }
}
