/**
 * What the gateway tells of itself: meters in Prometheus' format, its own log, and the access log.
 * Everything here may be called from an event loop: nothing blocks, and the per-message path
 * ({@link io.holdfast.observe.Traffic}) neither locks nor allocates.
 */
@NullMarked
package io.holdfast.observe;

import org.jspecify.annotations.NullMarked;
