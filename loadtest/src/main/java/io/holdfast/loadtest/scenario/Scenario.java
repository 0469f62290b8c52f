package io.holdfast.loadtest.scenario;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What users do, and what is expected of a server meanwhile.
 *
 * @param name what it is called
 * @param description a sentence
 * @param talk what each user says, and how
 * @param stages one or more, one after the other
 * @param thresholds of all stages together, but for those that have another of the same measure
 */
public record Scenario(
    String name, String description, Talk talk, List<Stage> stages, List<Threshold> thresholds) {

  public Scenario {
    stages = List.copyOf(stages);
    thresholds = List.copyOf(thresholds);
  }

  /** How messages are framed, and what comes back. */
  public enum Protocol {
    /** A text message, which comes back as it is. */
    ECHO,
    /** {@code say} of the sample chat, which all in the room hear. */
    CHAT,
    /** The same over Socket.IO, by WebSockets. */
    SOCKETIO
  }

  /**
   * What each user says.
   *
   * @param open whether messages are due at fixed times, whatever comes back; else a time after the
   *     answer to the one before
   * @param every that time
   * @param room how many users share a room
   * @param text with {@code {user}} and {@code {n}} for the numbers of user and message
   * @param size characters that the text is filled up to
   * @param stay after which a user leaves and comes anew; zero for never
   * @param slow share of the users who read slowly, 0 to 1, and say nothing
   * @param slowBytes what those read in a second
   */
  public record Talk(
      Protocol protocol,
      boolean open,
      Duration every,
      int room,
      String text,
      int size,
      Duration stay,
      double slow,
      int slowBytes) {}

  /**
   * A part of the time.
   *
   * @param users at its end; there are gradually more, or fewer, since the end of the one before
   * @param time how long it lasts
   * @param rate messages per second of all users together; 0 for what {@link Talk#every} gives
   * @param cut share of the users whose connections are cut at its start, and who come back at once
   * @param thresholds of this stage alone
   */
  public record Stage(
      String name, int users, Duration time, double rate, double cut, List<Threshold> thresholds) {

    public Stage {
      thresholds = List.copyOf(thresholds);
    }

    /** Whether it has a threshold of this measure. */
    boolean hasOwn(String measure) {
      return thresholds.stream().anyMatch(own -> own.measure().equals(measure));
    }
  }

  /** The most users at any time. */
  public int mostUsers() {
    return stages.stream().mapToInt(Stage::users).max().orElse(0);
  }

  /** How long all stages last. */
  public Duration time() {
    return stages.stream().map(Stage::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** With all times, and all numbers of users and rates, so many times as large. */
  public Scenario scaled(double time, double users) {
    return new Scenario(
        name,
        description,
        talk,
        stages.stream()
            .map(stage ->
                new Stage(
                    stage.name(),
                    (int) Math.round(stage.users() * users),
                    Duration.ofNanos((long) (stage.time().toNanos() * time)),
                    stage.rate() * users,
                    stage.cut(),
                    stage.thresholds()))
            .toList(),
        thresholds);
  }

  /** With other thresholds in place of those of the same measures; what stages have is left. */
  public Scenario with(List<Threshold> others) {
    List<String> given = others.stream().map(Threshold::measure).toList();
    return new Scenario(
        name,
        description,
        talk,
        stages,
        Stream.concat(
                thresholds.stream().filter(old -> !given.contains(old.measure())), others.stream())
            .toList());
  }
}
