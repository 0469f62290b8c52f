package io.holdfast.loadtest.connect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation goes.
 *
 * @param binary send lines as binary messages
 * @param raw send lines that look like commands as messages
 * @param timestamps start every line with the time
 * @param ping send a Ping this often, or null for never
 * @param atMost close with 1000 after this time, or null
 * @param count close with 1000 after this many messages, or 0
 * @param linger after standard input has ended, close once nothing was received for this long
 */
public record ConnectOptions(
    boolean binary,
    boolean raw,
    boolean timestamps,
    @Nullable Duration ping,
    @Nullable Duration atMost,
    int count,
    Duration linger) {

  /** Whether the end of standard input ends the conversation. */
  boolean endsWithInput() {
    return atMost == null && count == 0;
  }
}
