/**
 * The interactive client: standard input becomes messages, and what the server sends becomes lines.
 *
 * <p>{@link io.holdfast.loadtest.connect.ConnectSession} is one such conversation from dial to
 * close; {@link io.holdfast.loadtest.wire.ClientMessages} speaks frames on the event loop, {@link
 * io.holdfast.loadtest.connect.Transcript} writes the lines.
 */
@NullMarked
package io.holdfast.loadtest.connect;

import org.jspecify.annotations.NullMarked;
