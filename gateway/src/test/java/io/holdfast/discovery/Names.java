package io.holdfast.discovery;

import io.holdfast.model.Admin;
import io.holdfast.model.Dns;
import io.holdfast.model.Limits;
import io.holdfast.model.Logs;
import io.holdfast.model.Service;
import io.holdfast.model.Shutdown;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Configurations that matter for their services alone. */
final class Names {
  static final Duration FORGET = Duration.ofSeconds(10);

  private static final Dns DNS =
      new Dns(
          List.of(),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ZERO,
          Duration.ofSeconds(5),
          FORGET);

  private Names() {}

  static Snapshot snapshot(Service service) {
    return new Snapshot(
        List.of(),
        new Admin(false, "127.0.0.1", 0, null),
        new Limits(0, 0, 16384, 100, Duration.ofSeconds(10), Duration.ofSeconds(60)),
        List.of(),
        Map.of(service.name(), service),
        new Shutdown(Duration.ZERO, Duration.ofSeconds(10)),
        new Logs(Logs.Level.INFO, Logs.Format.TEXT, Logs.AccessFormat.OFF),
        DNS,
        Transport.NIO,
        null);
  }
}
