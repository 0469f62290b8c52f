package io.holdfast.loadtest.load;

import java.time.Duration;
import java.util.Optional;

/**
 * Counters at one end of the measured time.
 *
 * @param nanos the clock, of no particular origin
 * @param cpuNanos CPU time of the load test itself
 * @param cpuOf CPU time of the processes of {@link LoadOptions#cpuOf}; empty when it is unknown
 */
record Mark(Progress progress, long nanos, long cpuNanos, Optional<Duration> cpuOf) {}
