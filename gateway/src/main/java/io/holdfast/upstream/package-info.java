/**
 * The way to a backend: names are resolved ({@code Addresses}), connections dialled ({@code
 * Dialer}) or taken from a pool ({@code HttpPool}), and requests sent over them ({@code
 * BackendConnection}). {@code BackendRequest} says what a backend gets to see of a client's
 * request.
 *
 * <p>Everything of one connection happens on the event loop of the client that it is for.
 */
@NullMarked
package io.holdfast.upstream;

import org.jspecify.annotations.NullMarked;
