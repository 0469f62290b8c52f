package io.holdfast.it.stress;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;

/** Reads as much at a time as chance says, and stops now and then. */
final class HaltingInput extends FilterInputStream {
  private final SplittableRandom chance;
  private final int atMost;
  private final Script.Reading reading;
  private int stalls = 3;

  HaltingInput(InputStream in, Script.Reading reading, long seed) {
    super(in);
    this.reading = reading;
    chance = new SplittableRandom(seed);
    atMost = 1 << chance.nextInt(10, 18);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    halt();
    return in.read(into, offset, Math.min(length, chance.nextInt(1, atMost + 1)));
  }

  private void halt() throws IOException {
    switch (reading) {
      case STEADILY -> {}
      case HALTINGLY -> {
        if (chance.nextInt(64) == 0) {
          pause(chance.nextInt(10));
        }
      }
      case STALLING -> {
        if (stalls > 0 && chance.nextInt(4) == 0) {
          stalls--;
          pause(chance.nextInt(100, 1500));
        }
      }
    }
  }

  /** A slow peer is what it plays. */
  static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
