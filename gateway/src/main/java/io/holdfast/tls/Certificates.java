package io.holdfast.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads certificates from PEM files. */
final class Certificates {

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private Certificates() {}

  /**
   * The certificates of a file in their order, at least one.
   *
   * @param what what the file is for, such as {@code "certificate"}
   * @throws TlsException if the file holds none, or one that cannot be read
   */
  static List<X509Certificate> read(Path file, String what) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Pem.Block block : Pem.read(file, what)) {
      switch (block.label()) {
        case "CERTIFICATE", "X509 CERTIFICATE" ->
            certificates.add(parse(block.der(), file, what, certificates.size() + 1));
        default -> {}
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsException(
          "The "
              + what
              + " file "
              + file
              + " holds no certificate; expected PEM with -----BEGIN CERTIFICATE-----.");
    }
    return certificates;
  }

  /** Says so in the log when a certificate is not valid today; clients will refuse it. */
  static void warnUnlessValid(X509Certificate certificate, Path file) {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      LOG.warn(
          "The certificate in {} expired at {}; clients will refuse it",
          file,
          certificate.getNotAfter().toInstant());
    } catch (CertificateNotYetValidException e) {
      LOG.warn(
          "The certificate in {} is not valid before {}; clients will refuse it",
          file,
          certificate.getNotBefore().toInstant());
    }
  }

  private static X509Certificate parse(byte[] der, Path file, String what, int number) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsException(
          "Certificate number "
              + number
              + " in the "
              + what
              + " file "
              + file
              + " is damaged; expected an X.509 certificate.",
          e);
    }
  }
}
