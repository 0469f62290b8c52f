package io.holdfast.wrong.route;

import io.holdfast.wrong.relay.Waits;

/** Closes a cycle. */
public record Back(Waits waits) {}
