/**
 * TLS contexts for listeners and for backends, from PEM files: TLS 1.2 and 1.3, by BoringSSL where
 * its native library loads and by the JDK's engine elsewhere. Files are read here and nowhere else,
 * so nothing in this package belongs on an event loop but {@link io.holdfast.tls.ClientTls#handler}
 * and the two ways to end a channel, {@link io.holdfast.tls.EndOutput} and {@link
 * io.holdfast.tls.Reset}.
 */
@NullMarked
package io.holdfast.tls;

import org.jspecify.annotations.NullMarked;
