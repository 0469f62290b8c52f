package io.holdfast.tls;

import io.holdfast.model.Backend;
import io.holdfast.model.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS toward backends. */
public final class ClientTls {

  private ClientTls() {}

  /**
   * What all backends of a service share. Certificates are verified against {@code ca}, or against
   * what the JVM trusts ({@code -Djavax.net.ssl.trustStore} changes that), and so is the name, by
   * RFC 9110 section 4.3.4; with {@code verify} false neither. Blocks on files; the result may be
   * shared by all threads.
   *
   * @throws TlsException if the CA file is missing or damaged
   */
  public static SslContext context(UpstreamTls tls) {
    return context(tls, Engine.best());
  }

  static SslContext context(UpstreamTls tls, SslProvider provider) {
    SslContextBuilder builder = SslContextBuilder.forClient();
    Path ca = tls.ca();
    if (!tls.verify()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (ca != null) {
      builder.trustManager(Certificates.read(ca, "CA"));
    }
    builder.endpointIdentificationAlgorithm(tls.verify() ? "HTTPS" : null);
    try {
      return Engine.build(builder, provider);
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsException(
          "TLS to backends cannot be set up"
              + (ca == null ? "" : " with the CA file " + ca)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * A handler for one connection to {@code backend}. It asks for (SNI, RFC 6066 section 3) and
   * verifies {@code serverName}, or the backend's name; a literal address is verified but never
   * asked for. A failed handshake fails {@code handshakeFuture()} with an {@code SSLException}. The
   * caller sets the handshake timeout.
   */
  public static SslHandler handler(
      SslContext context, ByteBufAllocator allocator, UpstreamTls tls, Backend backend) {
    String serverName = tls.serverName();
    String name = serverName == null ? backend.name() : serverName;
    SslHandler handler = context.newHandler(allocator, name, backend.port());
    if (isName(name)) {
      // Said outright, since both engines on their own leave out names without a dot.
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }

  private static boolean isName(String name) {
    return !NetUtil.isValidIpV4Address(name)
        && !NetUtil.isValidIpV6Address(name)
        && !name.endsWith(".");
  }
}
