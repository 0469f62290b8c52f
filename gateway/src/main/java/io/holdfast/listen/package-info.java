/**
 * The front door: what happens to a connection from its accept to its switch. {@code Listeners}
 * bind and accept, {@code ClientConnection} reads heads, {@code Phases} lists what is done with
 * one, in order; {@code Handshake} and {@code Exchange} carry it through, by one {@code Attempt}
 * after another, which {@code Attempts} choose. {@code HeadClock} bounds the wait for a head,
 * {@code ClientEnd} ends the connection so that the last answer arrives. {@code EpollInterest} is
 * what we need otherwise than Netty does it.
 *
 * <p>Everything of one client happens on its event loop.
 */
@NullMarked
package io.holdfast.listen;

import org.jspecify.annotations.NullMarked;
