/**
 * The front door: what happens to a connection from its accept to its switch. {@code Listeners}
 * bind and accept, {@code ClientConnection} reads heads, {@code Phases} lists what is done with
 * one, in order; {@code Handshake} and {@code Exchange} carry it through, by {@code Attempts} at
 * one backend after another.
 *
 * <p>Everything of one client happens on its event loop.
 */
@NullMarked
package io.holdfast.listen;

import org.jspecify.annotations.NullMarked;
