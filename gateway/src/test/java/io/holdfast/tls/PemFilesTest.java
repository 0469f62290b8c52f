package io.holdfast.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.ListenerTls;
import io.holdfast.model.UpstreamTls;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users do wrong with files, and the old formats that work all the same. */
class PemFilesTest {

  private final TestPki pki;
  private final X509Bundle leaf;
  private final Path certificate;
  private final Path key;

  PemFilesTest(@TempDir Path folder) throws Exception {
    pki = new TestPki(folder);
    leaf = TestPki.selfSigned();
    certificate = pki.file("site.pem", leaf.getCertificatePathPEM());
    key = pki.file("site.key", leaf.getPrivateKeyPEM());
  }

  @Test
  void aMissingFileIsNamed() {
    refused(Path.of("nowhere.pem"), key, "certificate file nowhere.pem does not exist");
    refused(certificate, Path.of("nowhere.key"), "key file nowhere.key does not exist");
  }

  @Test
  void swappedFilesSayWhatWasExpected() {
    refused(key, certificate, "site.key holds no certificate; expected PEM with -----BEGIN CERT");
    refused(
        certificate, certificate, "site.pem holds no private key; expected PEM with -----BEGIN");
  }

  @Test
  void aDamagedCertificateIsNamed() {
    Path bad = pki.file("bad.pem", TestPki.pem("CERTIFICATE", new byte[] {1, 2, 3}));

    refused(bad, key, "Certificate number 1 in the certificate file " + bad + " is damaged");
  }

  @Test
  void aDamagedKeyIsNamed() {
    for (String label : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
      Path bad = pki.file("bad.key", TestPki.pem(label, new byte[] {0x30, 1, 2, 3}));

      refused(certificate, bad, "bad.key is damaged or of an unknown kind; expected RSA or EC");
    }
  }

  @Test
  void anEncryptedKeyIsNamed() {
    Path pkcs8 = pki.file("e.key", TestPki.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
    Path pkcs1 =
        pki.file(
            "f.key",
            """
            -----BEGIN RSA PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-128-CBC,00

            AAAA
            -----END RSA PRIVATE KEY-----
            """);

    refused(certificate, pkcs8, "e.key is encrypted; expected one without a password");
    refused(certificate, pkcs1, "f.key is encrypted; expected one without a password");
  }

  @Test
  void aKeyOfAnotherCertificateIsNamed() throws Exception {
    Path other = pki.file("other.key", TestPki.selfSigned().getPrivateKeyPEM());
    Path rsa = pki.file("rsa.key", TestPki.selfSignedRsa().getPrivateKeyPEM());

    refused(certificate, other, "other.key does not match the certificate in " + certificate);
    refused(certificate, rsa, "rsa.key does not match the certificate in " + certificate);
  }

  @Test
  void aChainInTheWrongOrderIsToldFromAWrongKey() throws Exception {
    X509Bundle authority = TestPki.authority("Root");
    X509Bundle issued = TestPki.leaf().buildIssuedBy(authority);
    Path chain =
        pki.file("chain.pem", authority.getCertificatePEM() + "\n" + issued.getCertificatePEM());
    Path own = pki.file("own.key", issued.getPrivateKeyPEM());

    refused(chain, own, "expected the chain in order, its own certificate first");
  }

  @Test
  void aMissingCaFileIsNamed() {
    assertThatThrownBy(() -> ClientTls.context(new UpstreamTls(true, Path.of("no.pem"), null)))
        .isInstanceOf(TlsException.class)
        .hasMessage("The CA file no.pem does not exist; expected a PEM file.");
  }

  @Test
  void carriageReturnsAndNotesBetweenBlocksDoNotMatter() {
    Path windows =
        pki.file("w.pem", ("a note\n" + leaf.getCertificatePathPEM()).replace("\n", "\r\n"));

    assertThat(ServerTls.context(new ListenerTls(windows, key)).isServer()).isTrue();
  }

  @Test
  void pkcs1IsRead() throws Exception {
    X509Bundle rsa = TestPki.selfSignedRsa();
    PrivateKey secret = rsa.getKeyPair().getPrivate();
    byte[] pkcs8 = secret.getEncoded();
    Path file =
        pki.file(
            "p1.key", TestPki.pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length)));

    assertThat(PrivateKeys.read(file)).isEqualTo(secret);
  }

  @Test
  void sec1IsRead() throws Exception {
    ECPrivateKey secret = (ECPrivateKey) leaf.getKeyPair().getPrivate();
    Path file =
        pki.file(
            "sec1.key",
            TestPki.pem("EC PARAMETERS", new byte[] {6, 1, 1})
                + TestPki.pem("EC PRIVATE KEY", sec1(secret)));

    PrivateKey read = PrivateKeys.read(file);
    assertThat(((ECPrivateKey) read).getS()).isEqualTo(secret.getS());
    assertThat(PrivateKeys.match(read, leaf.getCertificate().getPublicKey())).isTrue();
  }

  private void refused(Path certificate, Path key, String message) {
    assertThatThrownBy(() -> ServerTls.context(new ListenerTls(certificate, key)))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining(message);
  }

  /** ECPrivateKey of RFC 5915 for a key on P-256, as {@code openssl ecparam -genkey} writes it. */
  private static byte[] sec1(ECPrivateKey key) {
    byte[] s = key.getS().toByteArray();
    byte[] secret = new byte[32];
    int length = Math.min(s.length, 32);
    System.arraycopy(s, s.length - length, secret, 32 - length, length);
    byte[] curve = {(byte) 0xa0, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x30, 49, 2, 1, 1, 4, 32});
    out.writeBytes(secret);
    out.writeBytes(curve);
    return out.toByteArray();
  }
}
