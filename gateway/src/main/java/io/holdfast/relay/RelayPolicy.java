package io.holdfast.relay;

import io.holdfast.model.MessageLimits;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.Service;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the relays of one route and service are held to, shared by all of them. Times are in
 * nanoseconds, 0 is off.
 *
 * @param ping a leg that was silent for this long is sent a Ping
 * @param pongTimeout silence after a Ping that means death
 * @param idle without a data message either way
 * @param write without progress towards a peer that does not read
 * @param close from the first Close to the end of both legs
 * @param maxAge of a relay
 * @param ageJitter at most this is taken off {@code maxAge}
 * @param drainCode of Closes that ask the client to come back
 * @param clientRules by what was negotiated
 * @param backendRules by what was negotiated
 * @param migration how a relay is moved; null for not at all
 */
public record RelayPolicy(
    long ping,
    long pongTimeout,
    long idle,
    long write,
    long close,
    long maxAge,
    long ageJitter,
    int drainCode,
    Map<Extensions, FrameRules> clientRules,
    Map<Extensions, FrameRules> backendRules,
    @Nullable MigrationPolicy migration) {

  /** The policy of {@code service}, with {@code limits} on what clients send. */
  public static RelayPolicy of(Service service, MessageLimits limits) {
    return new RelayPolicy(
        service.keepalive().ping().toNanos(),
        service.keepalive().pongTimeout().toNanos(),
        service.keepalive().idle().toNanos(),
        service.timeouts().write().toNanos(),
        service.timeouts().close().toNanos(),
        service.age().max().toNanos(),
        service.age().jitter().toNanos(),
        service.drain().code(),
        rules(true, service.strict(), limits),
        rules(false, service.strict(), MessageLimits.NONE),
        service.migration());
  }

  private static Map<Extensions, FrameRules> rules(
      boolean client, boolean strict, MessageLimits limits) {
    return Arrays.stream(Extensions.values())
        .collect(
            Collectors.toUnmodifiableMap(
                e -> e,
                e -> new FrameRules(client, strict, e, limits.maxFrame(), limits.maxMessage())));
  }
}
