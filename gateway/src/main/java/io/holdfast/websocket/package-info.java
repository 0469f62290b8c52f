/**
 * RFC 6455 as pure state and bytes: the {@link io.holdfast.websocket.FrameCursor} that walks a
 * stream, the rules it is held to, the few control frames that we write, close codes and the
 * handshake key. No channels: what to do with what is found is {@code relay}'s.
 */
@NullMarked
package io.holdfast.websocket;

import org.jspecify.annotations.NullMarked;
