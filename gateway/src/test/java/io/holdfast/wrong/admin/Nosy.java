package io.holdfast.wrong.admin;

import io.holdfast.wrong.Root;
import io.holdfast.wrong.config.Settings;
import io.holdfast.wrong.relay.Waits;

/** Puts parts together that only the root may. */
public record Nosy(Root root, Settings settings, Waits waits) {}
