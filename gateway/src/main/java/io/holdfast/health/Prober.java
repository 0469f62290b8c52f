package io.holdfast.health;

import io.holdfast.upstream.Connector;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;

/**
 * What all probes of a gateway share.
 *
 * @param loop where they run
 * @param connector connects to backends
 * @param open their connections, which take themselves out when they are closed
 */
record Prober(EventLoop loop, Connector connector, ChannelGroup open) {}
