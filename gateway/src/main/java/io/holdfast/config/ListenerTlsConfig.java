package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.ListenerTls;
import java.util.List;

/** {@code tls} of a listener. */
record ListenerTlsConfig(
    @Option(value = "Certificates with their keys; exactly one.", required = true)
        List<CertificateConfig> certificates) {

  static ListenerTlsConfig read(Section in, Folder folder) {
    List<Value> items = in.someItems("certificates", "certificate");
    if (items.size() > 1) {
      items.get(1).error("a second certificate; expected exactly one");
    }
    return new ListenerTlsConfig(
        items.stream()
            .map(item -> item.section(section -> CertificateConfig.read(section, folder)))
            .toList());
  }

  ListenerTls compile() {
    return certificates.getFirst().compile();
  }
}
