package io.holdfast.it.harness;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** A certificate authority that exists for one test, and what it signs, as PEM files. */
public final class Pki {
  private final Path folder;
  private final String name;
  private final X509Bundle authority;

  /**
   * PEM files of one certificate for {@code localhost} and 127.0.0.1.
   *
   * @param key its private key, PKCS#8
   */
  public record Leaf(Path certificate, Path key) {}

  private Pki(Path folder, String name, X509Bundle authority) {
    this.folder = folder;
    this.name = name;
    this.authority = authority;
  }

  /** A new authority, whose files go into {@code folder} under names that begin with its own. */
  public static Pki in(Path folder, String name) throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    return new Pki(folder, name, authority);
  }

  /** Its own certificate. */
  public Path certificate() throws IOException {
    return Files.writeString(folder.resolve(name + "-ca.pem"), authority.getCertificatePEM());
  }

  /** A new certificate that it signs. */
  public Leaf leaf() throws Exception {
    X509Bundle leaf = sign();
    return new Leaf(
        Files.writeString(folder.resolve(name + "-leaf.pem"), leaf.getCertificatePEM()),
        Files.writeString(folder.resolve(name + "-leaf.key"), leaf.getPrivateKeyPEM()));
  }

  /** For servers of the test's own process, with a new certificate that it signs. */
  public SSLContext serving() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(sign().toKeyManagerFactory().getKeyManagers(), null, null);
    return context;
  }

  /** For clients of the test's own process that trust it alone. */
  public SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
    return context;
  }

  private X509Bundle sign() throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }
}
