package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Scenario.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a scenario asks for at each time. Immutable. */
final class Course {
  private static final long SECOND = 1_000_000_000;

  private final Scenario scenario;
  private final long[] ends;

  /**
   * What is asked for.
   *
   * @param stage its number; that of the last one when all is over
   * @param users so many
   * @param every nanoseconds between two messages of one user
   */
  record Moment(int stage, int users, long every) {}

  Course(Scenario scenario) {
    this.scenario = scenario;
    this.ends = new long[scenario.stages().size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += scenario.stages().get(i).time().toNanos();
      ends[i] = end;
    }
  }

  /** Nanoseconds from the start to the end. */
  long length() {
    return ends[ends.length - 1];
  }

  /** What is asked for so many nanoseconds after the start. */
  Moment at(long nanos) {
    int number = 0;
    while (number < ends.length - 1 && nanos >= ends[number]) {
      number++;
    }
    Stage stage = scenario.stages().get(number);
    int before = number == 0 ? 0 : scenario.stages().get(number - 1).users();
    long length = stage.time().toNanos();
    double done =
        length == 0 ? 1 : Math.clamp((double) (nanos - (ends[number] - length)) / length, 0, 1);
    int users = before + (int) Math.round((stage.users() - before) * done);
    long every =
        stage.rate() > 0
            ? (long) (users * SECOND / stage.rate())
            : scenario.talk().every().toNanos();
    return new Moment(number, users, Math.max(every, 1_000));
  }

  /**
   * When to look at what was measured, in nanoseconds after the start: each second, and between
   * stages.
   */
  List<Long> looks() {
    TreeSet<Long> looks = new TreeSet<>();
    for (long at = SECOND; at < length(); at += SECOND) {
      looks.add(at);
    }
    for (long end : ends) {
      looks.add(end);
    }
    return new ArrayList<>(looks);
  }
}
