package io.holdfast.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Authorities, certificates and PEM files made for one test. */
final class TestPki {

  private final Path folder;

  TestPki(Path folder) {
    this.folder = folder;
  }

  static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  static CertificateBuilder leaf() {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=leaf")
        .addSanDnsName("localhost")
        .addSanDnsName("chat.test")
        .addSanIpAddress("127.0.0.1");
  }

  static X509Bundle selfSigned() throws Exception {
    return leaf().setIsCertificateAuthority(true).buildSelfSigned();
  }

  static X509Bundle selfSignedRsa() throws Exception {
    return leaf().rsa2048().setIsCertificateAuthority(true).buildSelfSigned();
  }

  static CertificateBuilder expired() {
    Instant now = Instant.now();
    return leaf().notBefore(now.minus(Duration.ofDays(9))).notAfter(now.minus(Duration.ofDays(1)));
  }

  Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
