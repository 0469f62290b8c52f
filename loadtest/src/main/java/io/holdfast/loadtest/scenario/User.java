package io.holdfast.loadtest.scenario;

import io.netty.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who connects, says something now and then, and comes back when cut off. On its crew's
 * event loop only.
 */
final class User {
  private static final long FIRST_DELAY = 500_000_000;
  private static final long LONGEST_DELAY = 30_000_000_000L;
  private static final long PATIENCE = 5_000_000_000L;
  private static final long POLL = 20_000_000;

  private final Crew crew;
  private final int id;
  private final boolean slow;
  private final Speech speech;
  private @Nullable Line line;
  private @Nullable Future<?> stay;
  private boolean ready;
  private boolean leaving;
  private boolean comesAnew;
  private boolean gone;
  private int failures;

  User(Crew crew, int id) {
    this.crew = crew;
    this.id = id;
    this.speech = new Speech(crew, id);
    this.slow = isAmong(crew.talk().slow());
  }

  /** Whether it is one of such a share of all users, 0 to 1. */
  boolean isAmong(double share) {
    return Math.floor((id + 1) * share) > Math.floor(id * share);
  }

  int id() {
    return id;
  }

  /** Whether it reads slowly, and so may be late with all that it hears, or be cut off for it. */
  boolean isSlow() {
    return slow;
  }

  Measures measures() {
    return crew.measures();
  }

  /** The text of its {@code n}th message. */
  String text(int n) {
    return speech.text(n);
  }

  /** What its {@code n}th message is called. */
  String messageId(int n) {
    return speech.id(n);
  }

  /** Connects. */
  void come() {
    if (!leaving) {
      line = new Line(crew, this);
    }
  }

  /** There is no connection. */
  void failed() {
    line = null;
    comeLater();
  }

  /** It can say something from now on. */
  void ready() {
    ready = true;
    failures = 0;
    if (slow && line != null) {
      line.readSlowly();
      return;
    }
    speech.begin(this);
    long nanos = crew.talk().stay().toNanos();
    if (nanos > 0) {
      stay = crew.loop().schedule(this::comeAnew, nanos, TimeUnit.NANOSECONDS);
    }
    speak();
  }

  /** Speaks as often as is asked for from now on. */
  void takePace() {
    speech.takePace(this);
  }

  /** Says what is due, if it can. */
  void speak() {
    if (ready && line != null) {
      speech.speak(line.dialogue());
    }
  }

  void send(byte[] payload) {
    if (line != null) {
      line.send(payload);
    }
  }

  /** What it has said last has been heard of. */
  void answered() {
    speech.answered(this);
  }

  /** A message has come that was due at this time. */
  void delivered(long dueAt) {
    measures().delivered++;
    Measures.record(measures().message, System.nanoTime() - dueAt);
  }

  /** Its connection has ended, and so much had not come. */
  void ended(int code, long missing) {
    line = null;
    ready = false;
    cancelStay();
    if (slow && code != 1000) {
      // Which it may have learned only when it read on to leave.
      measures().note("slow_reader_closed_" + code);
    }
    if (leaving) {
      go();
    } else if (comesAnew) {
      comesAnew = false;
      come();
    } else if (slow) {
      comeLater();
    } else {
      measures().error("closed_" + code, 1);
      measures().error("lost", missing);
      comeLater();
    }
  }

  /**
   * Some time from now, at random, so that users who were cut off together do not come together.
   */
  private void comeLater() {
    if (leaving) {
      go();
      return;
    }
    long longest = Math.min(LONGEST_DELAY, FIRST_DELAY << Math.min(failures++, 10));
    crew.loop()
        .schedule(this::come, ThreadLocalRandom.current().nextLong(longest), TimeUnit.NANOSECONDS);
  }

  /** Its connection is cut, without a word, and it comes back at once. */
  void cut() {
    if (line != null && !line.isDialling()) {
      comesAnew = true;
      ready = false;
      measures().note("cut");
      line.cut();
    }
  }

  /** Its time is over: it takes a new connection, and is what it was. */
  private void comeAnew() {
    comesAnew = true;
    ready = false;
    hangUpWhenAllIsHeard(line, System.nanoTime() + PATIENCE);
  }

  /** Says nothing more, and goes when it has heard of all that it has said, or some time later. */
  void leave() {
    stopTalking();
    hangUpWhenAllIsHeard(line, System.nanoTime() + PATIENCE);
  }

  private void hangUpWhenAllIsHeard(@Nullable Line on, long end) {
    if (line != on) {
      return; // it has ended by itself, which was seen to
    }
    long unheard = on == null ? 0 : on.dialogue().unheard();
    if (unheard > 0 && System.nanoTime() - end < 0) {
      crew.loop().schedule(() -> hangUpWhenAllIsHeard(on, end), POLL, TimeUnit.NANOSECONDS);
      return;
    }
    measures().error("lost", unheard);
    hangUp();
  }

  /** Goes now. */
  void go() {
    stopTalking();
    hangUp();
  }

  private void hangUp() {
    if (line != null) {
      line.hangUp();
    }
    if (leaving && !gone && (line == null || line.isDialling())) {
      gone = true;
      crew.gone();
    }
  }

  private void stopTalking() {
    leaving = true;
    speech.end();
    cancelStay();
  }

  private void cancelStay() {
    if (stay != null) {
      stay.cancel(false);
    }
  }

  /** Whether it waits for its connection. */
  boolean isDialling() {
    return line != null && line.isDialling();
  }

  /** What it has not heard of yet, or not said though it was due. */
  long missing() {
    return speech.unsaid() + (line == null ? 0 : line.dialogue().missing());
  }
}
