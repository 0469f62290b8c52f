/**
 * What becomes of relays when their backend, their route or the gateway itself goes, or another
 * backend comes: a {@code Drain} ends them at a {@code Pace}, each with a Close at a frame
 * boundary, or has a {@code Move} take each to another backend; a {@code Rebalance} spreads them
 * anew. Drains and rebalancings are plain blocking code on virtual threads; every relay is touched
 * by its own event loop, and so is its move.
 */
@NullMarked
package io.holdfast.lifecycle;

import org.jspecify.annotations.NullMarked;
