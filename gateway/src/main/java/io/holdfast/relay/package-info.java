/**
 * Established connections. A {@link io.holdfast.relay.Relay} ties a client {@link
 * io.holdfast.relay.Leg} to a backend leg on one event loop: bytes pass both ways, frame cursors
 * walk along, Pings and Closes are put in at frame boundaries, every wait has a bound.
 *
 * <p>A leg's {@code Inlet} takes what its peer sends, frame by frame through a {@code
 * FrameForwarder}, and passes it to the other leg's {@code Outlet}, which puts frames of our own in
 * between. {@code Liveness} and {@code Stall} watch one leg, {@code Deadlines} both, {@code Ending}
 * decides how things end, {@code RelayLoop} holds all relays of one event loop and their deadlines.
 *
 * <p>A relay that goes to another backend has a {@code Migration}, which its {@code Mobility}
 * begins: it has an inlet's bytes take a {@code Detour} ({@code Hold}, {@code Swallow}, {@code
 * UntilMessage}), and sees the old backend off ({@code Leaving}).
 *
 * <p>Everything of a relay is touched by its event loop alone: no locks, no queues between threads.
 */
@NullMarked
package io.holdfast.relay;

import org.jspecify.annotations.NullMarked;
