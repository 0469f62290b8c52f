package io.holdfast.listen;

import io.holdfast.health.Ejections;
import io.holdfast.observe.AccessLog;
import io.holdfast.observe.Meters;
import io.holdfast.upstream.Dialer;
import java.util.function.Supplier;

/**
 * What all connections of all listeners use. All of it is thread-safe.
 *
 * @param routing the present one; asked for once per request, which then keeps to it
 * @param dialer connects to backends
 * @param meters count
 * @param accessLog is told of each end
 * @param permits bound the number of clients
 * @param ejections are told of what clients meet at backends
 */
public record Shared(
    Supplier<Routing> routing,
    Dialer dialer,
    Meters meters,
    AccessLog accessLog,
    Permits permits,
    Ejections ejections) {}
