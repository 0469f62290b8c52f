package io.holdfast.it.stress;

import java.util.SplittableRandom;

/**
 * What both peers of one connection do, all of it decided by a seed.
 *
 * @param clientTls whether the client speaks TLS
 * @param backendTls whether the backend does
 */
record Script(
    long seed, boolean clientTls, boolean backendTls, End end, Part client, Part backend) {
  /** A seed without these bits is that of a short connection. */
  private static final long BRIEF = 7;

  private static final End[] CLEAN = {End.CLIENT_CLOSES, End.BACKEND_CLOSES, End.BOTH_CLOSE};

  private static final int[] RECEIVE_BUFFERS = {0, 0, 16_384, 65_536};

  /** What a peer does when it has sent its frames. */
  enum Act {
    /** Sends a Close. */
    CLOSES,
    /** Waits for a Close and answers it. */
    ANSWERS,
    /** Ends its TCP stream without a Close, and still reads. */
    FINISHES,
    /** Resets the connection, at any byte. */
    RESETS,
    /** Closes its socket, at any byte. */
    VANISHES;

    boolean abrupt() {
      return this == RESETS || this == VANISHES;
    }
  }

  /** How the connection ends. */
  enum End {
    CLIENT_CLOSES(Act.CLOSES, Act.ANSWERS),
    BACKEND_CLOSES(Act.ANSWERS, Act.CLOSES),
    BOTH_CLOSE(Act.CLOSES, Act.CLOSES),
    CLIENT_FINISHES(Act.FINISHES, Act.ANSWERS),
    BACKEND_FINISHES(Act.ANSWERS, Act.FINISHES),
    CLIENT_RESETS(Act.RESETS, Act.ANSWERS),
    BACKEND_RESETS(Act.ANSWERS, Act.RESETS),
    CLIENT_VANISHES(Act.VANISHES, Act.ANSWERS),
    BACKEND_VANISHES(Act.ANSWERS, Act.VANISHES),
    /** The client leaves without waiting for the answer to its handshake. */
    ABANDONED(Act.VANISHES, Act.ANSWERS);

    private final Act client;
    private final Act backend;

    End(Act client, Act backend) {
      this.client = client;
      this.backend = backend;
    }

    Act of(boolean isClient) {
      return isClient ? client : backend;
    }

    boolean abrupt() {
      return client.abrupt() || backend.abrupt();
    }
  }

  /** How a peer writes. */
  enum Writing {
    /** A few bytes at a time. */
    DRIPS,
    /** In pieces that have nothing to do with frames. */
    PIECES,
    /** As much at once as it can. */
    FLOODS
  }

  /** How a peer reads. */
  enum Reading {
    STEADILY,
    /** With many short stops. */
    HALTINGLY,
    /** With few long ones, in which every buffer on the way is full. */
    STALLING
  }

  /**
   * One peer's part.
   *
   * @param stopAt the byte at which it is abrupt
   * @param code of its Close
   * @param receiveBuffer of its socket, 0 for the system's
   */
  record Part(
      Frames frames,
      Writing writing,
      Reading reading,
      long stopAt,
      int code,
      String reason,
      int receiveBuffer) {
    @Override
    public String toString() {
      return "%s %d frames (%d bytes), reads %s with a buffer of %d"
          .formatted(writing, frames.count(), frames.length(), reading, receiveBuffer);
    }
  }

  /** Whatever chance says. */
  static Script of(long seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    boolean brief = (seed & BRIEF) == 0;
    End end = brief ? any(chance, CLEAN) : any(chance, End.values());
    // A FIN without a close_notify ends both directions of TLS: see TlsEndIT.
    boolean clientTls = chance.nextInt(4) == 0 && end != End.CLIENT_FINISHES;
    boolean backendTls = chance.nextInt(4) == 0 && end != End.BACKEND_FINISHES;
    Part client = part(chance, true, brief);
    return new Script(seed, clientTls, backendTls, end, client, part(chance, false, brief));
  }

  /** A short connection that ends well. */
  static Script brief(long seed) {
    return of(seed & ~BRIEF);
  }

  private static Part part(SplittableRandom chance, boolean masked, boolean brief) {
    boolean drips = chance.nextInt(8) == 0;
    Writing writing = drips ? Writing.DRIPS : any(chance, Writing.PIECES, Writing.FLOODS);
    Reading reading = brief ? Reading.STEADILY : any(chance, Reading.values());
    Frames.Size size = brief || drips ? Frames.Size.SMALL : any(chance, Frames.Size.values());
    int messages = brief || drips ? chance.nextInt(1, 8) : chance.nextInt(1, 200);
    int bytes = 1 << chance.nextInt(14, 23);
    Frames frames = new Frames(chance.nextLong(), masked, messages, size, bytes);
    return new Part(
        frames,
        writing,
        reading,
        chance.nextLong(frames.length()),
        chance.nextInt(3000, 5000),
        "r".repeat(chance.nextInt(60)),
        RECEIVE_BUFFERS[brief ? 0 : chance.nextInt(RECEIVE_BUFFERS.length)]);
  }

  @SafeVarargs
  private static <T> T any(SplittableRandom chance, T... values) {
    return values[chance.nextInt(values.length)];
  }

  /** Of the client or the backend. */
  Part part(boolean ofClient) {
    return ofClient ? client : backend;
  }

  @Override
  public String toString() {
    return "connection %d (%s; client%s %s; backend%s %s)"
        .formatted(
            seed, end, clientTls ? " by TLS" : "", client, backendTls ? " by TLS" : "", backend);
  }
}
