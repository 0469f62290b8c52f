package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.ListenerTls;
import java.nio.file.Path;

/** One of {@code certificates}. */
record CertificateConfig(
    @Option(
            value =
                "PEM file with the certificate chain, leaf first; relative to the config file's"
                    + " folder.",
            required = true)
        Path cert,
    @Option(
            value =
                "PEM file with the private key (PKCS#8, PKCS#1 or SEC1), without a password;"
                    + " relative to the config file's folder.",
            required = true)
        Path key) {

  private static final Path NONE = Path.of("");

  static CertificateConfig read(Section in, Folder folder) {
    return new CertificateConfig(
        in.required("cert", NONE, folder::readable), in.required("key", NONE, folder::readable));
  }

  ListenerTls compile() {
    return new ListenerTls(cert, key);
  }
}
