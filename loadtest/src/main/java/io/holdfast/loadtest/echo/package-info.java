/**
 * A WebSocket echo server, cheap enough to stand behind a proxy that is being measured, and easy to
 * embed: {@link io.holdfast.loadtest.echo.EchoServer#start}.
 *
 * <p>Uncompressed connections are echoed in place: the read buffer's frames are unmasked, their
 * headers rewritten, and the same buffer is written back. Those with permessage-deflate go through
 * Netty's codecs.
 */
@NullMarked
package io.holdfast.loadtest.echo;

import org.jspecify.annotations.NullMarked;
