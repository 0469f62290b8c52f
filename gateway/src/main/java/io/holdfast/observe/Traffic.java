package io.holdfast.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one event loop relayed for one service. One thread writes, any thread reads: a reader sees
 * each number whole and soon, but not all of them at one instant. Numbers never fall, except that
 * they wrap after 2<sup>63</sup>.
 */
public final class Traffic {

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

  /** Unused slots on both sides, so that no other loop writes to our cache lines. */
  private static final int PAD = 8;

  private static final int CLIENT = PAD;
  private static final int BACKEND = PAD + 3;
  private static final int FRAMES = 0;
  private static final int MESSAGES = 1;
  private static final int BYTES = 2;

  private final long[] slots = new long[PAD + 6 + PAD];

  Traffic() {}

  /**
   * Adds what came from the client. Only the owning thread may call this.
   *
   * @param frames frames of any kind that began
   * @param messages data messages that ended; control frames are none
   * @param bytes bytes read, headers included
   */
  public void fromClient(int frames, int messages, int bytes) {
    add(CLIENT, frames, messages, bytes);
  }

  /** Adds what came from the backend, as {@link #fromClient} does. */
  public void fromBackend(int frames, int messages, int bytes) {
    add(BACKEND, frames, messages, bytes);
  }

  public long clientFrames() {
    return read(CLIENT + FRAMES);
  }

  public long clientMessages() {
    return read(CLIENT + MESSAGES);
  }

  public long clientBytes() {
    return read(CLIENT + BYTES);
  }

  public long backendFrames() {
    return read(BACKEND + FRAMES);
  }

  public long backendMessages() {
    return read(BACKEND + MESSAGES);
  }

  public long backendBytes() {
    return read(BACKEND + BYTES);
  }

  private void add(int base, int frames, int messages, int bytes) {
    long[] s = slots;
    SLOT.setOpaque(s, base + FRAMES, s[base + FRAMES] + frames);
    SLOT.setOpaque(s, base + MESSAGES, s[base + MESSAGES] + messages);
    SLOT.setOpaque(s, base + BYTES, s[base + BYTES] + bytes);
  }

  private long read(int slot) {
    return (long) SLOT.getOpaque(slots, slot);
  }
}
