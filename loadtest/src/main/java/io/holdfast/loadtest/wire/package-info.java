/**
 * What the echo server, the interactive client and the load test share: addresses, dialling, the
 * opening handshake, and RFC 6455 frames read and written without objects per frame.
 *
 * <p>Nothing here keeps payloads: {@link io.holdfast.loadtest.wire.FrameReader} tells a {@link
 * io.holdfast.loadtest.wire.FrameSink} where they lie in the buffer just read. Where
 * permessage-deflate was agreed, {@link io.holdfast.loadtest.wire.InflatingSink} stands between.
 */
@NullMarked
package io.holdfast.loadtest.wire;

import org.jspecify.annotations.NullMarked;
