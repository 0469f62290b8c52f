package io.holdfast.wrong.websocket;

import io.netty.channel.Channel;

/** A protocol that knows channels. */
public record Wired(Channel channel) {}
