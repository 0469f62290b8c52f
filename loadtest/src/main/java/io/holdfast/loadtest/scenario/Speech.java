package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Scenario.Talk;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one user says, and when it is due, whether there is a connection or not. On its crew's event
 * loop only.
 */
final class Speech {
  private final Crew crew;
  private final int user;
  private final Deque<Long> due = new ArrayDeque<>();
  private @Nullable Future<?> next;
  private boolean over;
  private int said;

  Speech(Crew crew, int user) {
    this.crew = crew;
    this.user = user;
  }

  /** The text of the {@code n}th message. */
  String text(int n) {
    Talk talk = crew.talk();
    StringBuilder text =
        new StringBuilder(
            talk.text()
                .replace("{user}", Integer.toString(user))
                .replace("{n}", Integer.toString(n)));
    while (text.length() < talk.size()) {
      text.append((char) ('a' + (text.length() * 7 + n) % 26));
    }
    return text.toString();
  }

  /** What the {@code n}th message is called: nothing else in any run is called so. */
  String id(int n) {
    return "%s-%06d-%08d".formatted(crew.run(), user, n);
  }

  /**
   * Its user can speak: begins, if it has not, or goes on where it waited for an answer that cannot
   * come any more.
   */
  void begin(User speaker) {
    if (next == null || awaitsAnswer()) {
      scheduleSoon(speaker);
    }
  }

  /** Speaks as often as is asked for from now on, if it has begun. */
  void takePace(User speaker) {
    if (next != null && !awaitsAnswer()) {
      cancel();
      scheduleSoon(speaker);
    }
  }

  /** Whether, in a closed loop, nothing is going to be due before there is an answer. */
  private boolean awaitsAnswer() {
    return !crew.talk().open() && due.isEmpty() && next != null && next.isDone();
  }

  /** At any time within the first pause. */
  private void scheduleSoon(User speaker) {
    if (!crew.stopped() && !over) {
      schedule(speaker, (long) (ThreadLocalRandom.current().nextDouble() * crew.every()));
    }
  }

  private void schedule(User speaker, long nanos) {
    long at = System.nanoTime() + nanos;
    next = crew.loop().schedule(() -> fall(speaker, at), nanos, TimeUnit.NANOSECONDS);
  }

  /** A message is due, and was at {@code at}, though it may be later by now. */
  private void fall(User speaker, long at) {
    if (over || crew.stopped()) {
      return;
    }
    crew.measures().due++;
    due.add(at);
    if (crew.talk().open()) {
      schedule(speaker, Math.max(0, at + crew.every() - System.nanoTime()));
    }
    speaker.speak();
  }

  /** What was said last has been heard of: in a closed loop, the next is due some time later. */
  void answered(User speaker) {
    if (!crew.talk().open() && !over && !crew.stopped()) {
      schedule(speaker, crew.every());
    }
  }

  /** Says all that is due. */
  void speak(Dialogue dialogue) {
    while (!due.isEmpty()) {
      crew.measures().sent++;
      dialogue.say(said++, due.remove());
    }
  }

  /** How many messages are due and were not said. */
  int unsaid() {
    return due.size();
  }

  /** Nothing is due any more. */
  void end() {
    over = true;
    cancel();
  }

  private void cancel() {
    if (next != null) {
      next.cancel(false);
    }
  }
}
