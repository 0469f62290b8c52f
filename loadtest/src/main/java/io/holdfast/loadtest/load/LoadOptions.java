package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a load test does.
 *
 * @param dial where to connect
 * @param connections how many, at least 1
 * @param ramp connections opened per second; 0 is as fast as possible
 * @param pace when messages are sent
 * @param size payload bytes of each message, at least {@link Payload#MIN_SIZE}
 * @param text send text messages rather than binary ones
 * @param warmup time under load before measuring
 * @param duration time measured
 * @param drain bound for outstanding echoes at the end, and again for the close handshakes
 * @param hold time to stay open and silent before the close handshakes
 * @param threads event loops, 1 to {@link Transport#MAX_THREADS}
 * @param sources local addresses to connect from, in turn; empty for the system's choice
 * @param cpuOf processes on this machine whose CPU time is to be reported; may be empty
 */
public record LoadOptions(
    DialOptions dial,
    int connections,
    double ramp,
    Pace pace,
    int size,
    boolean text,
    Duration warmup,
    Duration duration,
    Duration drain,
    Duration hold,
    int threads,
    List<InetAddress> sources,
    List<Long> cpuOf) {

  /** When messages are sent. */
  public sealed interface Pace {
    /** The word for it in reports. */
    String mode();
  }

  /** Closed loop: each connection keeps this many messages under way. */
  public record Closed(int inflight) implements Pace {
    @Override
    public String mode() {
      return "closed";
    }
  }

  /** Open loop: this many messages per second in total, due at fixed times whatever comes back. */
  public record Open(double perSecond) implements Pace {
    @Override
    public String mode() {
      return "open";
    }
  }

  /** Connections only. */
  public record Idle() implements Pace {
    @Override
    public String mode() {
      return "idle";
    }
  }

  /** Each connection carries one message, closes, and is replaced by another. */
  public record Churn() implements Pace {
    @Override
    public String mode() {
      return "churn";
    }
  }

  public LoadOptions {
    sources = List.copyOf(sources);
    cpuOf = List.copyOf(cpuOf);
    require(connections >= 1, "connections is " + connections + ", expected at least 1");
    Transport.checkThreads(threads);
    require(
        size >= Payload.MIN_SIZE,
        "size is " + size + " bytes, expected at least " + Payload.MIN_SIZE);
    require(
        !(pace instanceof Closed(int inflight)) || inflight >= 1,
        "inflight is " + (pace instanceof Closed(int n) ? n : 0) + ", expected at least 1");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
