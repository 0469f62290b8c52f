package io.holdfast.chat.session;

import java.time.Duration;

/**
 * What one client may do.
 *
 * @param rooms at once
 * @param messagesPerSecond in the long run
 * @param burst messages at once
 * @param errors that end the connection when there are so many within {@code errorMemory}
 */
public record Limits(
    int rooms, double messagesPerSecond, int burst, int errors, Duration errorMemory) {
  /** For people who type. */
  public static final Limits USUAL = new Limits(50, 20, 40, 20, Duration.ofMinutes(1));
}
