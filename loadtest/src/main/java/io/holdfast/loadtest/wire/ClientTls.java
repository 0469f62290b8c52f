package io.holdfast.loadtest.wire;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS contexts of the clients. */
public final class ClientTls {

  private ClientTls() {}

  /**
   * What {@code url} needs: null for {@code ws}; else a context that trusts the JDK's authorities
   * and checks the host name, or with {@code insecure} checks nothing.
   */
  public static @Nullable SslContext forUrl(WebSocketUrl url, boolean insecure) {
    if (!url.secure()) {
      return null;
    }
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (insecure) {
      builder
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null);
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("cannot set up TLS: " + e.getMessage(), e);
    }
  }
}
