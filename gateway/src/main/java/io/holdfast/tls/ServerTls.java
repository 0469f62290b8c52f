package io.holdfast.tls;

import io.holdfast.model.ListenerTls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** TLS toward clients. */
public final class ServerTls {

  private ServerTls() {}

  /**
   * Reads the certificate chain and the key of a listener. A certificate that is not valid today is
   * only warned of, so that a restart does not make an expiry worse. Blocks on files; the result
   * may be shared by all threads, and {@code newHandler(allocator)} makes a handler of it.
   *
   * @throws TlsException if a file is missing or damaged, or key and certificate do not belong
   *     together
   */
  public static SslContext context(ListenerTls tls) {
    return context(tls, Engine.best());
  }

  static SslContext context(ListenerTls tls, SslProvider provider) {
    List<X509Certificate> chain = Certificates.read(tls.certificate(), "certificate");
    PrivateKey key = PrivateKeys.read(tls.key());
    if (!PrivateKeys.match(key, chain.getFirst().getPublicKey())) {
      throw new TlsException(mismatch(tls, key, chain));
    }
    Certificates.warnUnlessValid(chain.getFirst(), tls.certificate());
    try {
      return Engine.build(SslContextBuilder.forServer(key, chain), provider);
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsException(
          "The certificate in " + tls.certificate() + " cannot be served: " + e.getMessage(), e);
    }
  }

  private static String mismatch(ListenerTls tls, PrivateKey key, List<X509Certificate> chain) {
    String start = "The key in " + tls.key();
    for (X509Certificate certificate : chain) {
      if (PrivateKeys.match(key, certificate.getPublicKey())) {
        return start
            + " belongs to a later certificate in "
            + tls.certificate()
            + "; expected the chain in order, its own certificate first.";
      }
    }
    return start
        + " does not match the certificate in "
        + tls.certificate()
        + " ("
        + chain.getFirst().getSubjectX500Principal().getName()
        + "); expected the key that this certificate was made for.";
  }
}
