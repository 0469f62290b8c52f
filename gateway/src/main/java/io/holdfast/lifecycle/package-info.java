/**
 * How relays end when their backend, their route or the gateway itself goes: at a pace, each with a
 * Close at a frame boundary. Plain blocking code on virtual threads; every relay is touched by its
 * own event loop.
 */
@NullMarked
package io.holdfast.lifecycle;

import org.jspecify.annotations.NullMarked;
