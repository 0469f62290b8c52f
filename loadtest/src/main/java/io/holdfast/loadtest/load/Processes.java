package io.holdfast.loadtest.load;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Other processes on this machine, each with all that it had started by now. */
final class Processes {
  private final List<ProcessHandle> all;

  /** Those of {@code pids}; what has ended already is left out. */
  Processes(List<Long> pids) {
    all =
        pids.stream()
            .flatMap(pid -> ProcessHandle.of(pid).stream())
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .distinct()
            .toList();
  }

  /**
   * User and system time of all since they started; empty when one has ended or may not be read.
   */
  Optional<Duration> cpu() {
    Duration total = Duration.ZERO;
    for (ProcessHandle process : all) {
      Optional<Duration> cpu = process.info().totalCpuDuration();
      if (cpu.isEmpty()) {
        return cpu;
      }
      total = total.plus(cpu.get());
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(total);
  }
}
