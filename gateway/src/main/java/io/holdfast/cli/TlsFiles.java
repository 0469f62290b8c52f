package io.holdfast.cli;

import io.holdfast.config.LoadedConfig;
import io.holdfast.config.source.ConfigError;
import io.holdfast.model.Backend;
import io.holdfast.model.Listener;
import io.holdfast.model.ListenerTls;
import io.holdfast.model.Service;
import io.holdfast.tls.ClientTls;
import io.holdfast.tls.ServerTls;
import io.holdfast.tls.TlsException;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Certificates, keys and authorities, tried as a gateway that starts does. */
final class TlsFiles {
  private TlsFiles() {}

  /** What is wrong with them. Blocks on files. */
  static List<ConfigError> errors(LoadedConfig config) {
    List<ConfigError> errors = new ArrayList<>();
    List<Listener> listeners = config.snapshot().listeners();
    for (int i = 0; i < listeners.size(); i++) {
      ListenerTls tls = listeners.get(i).tls();
      if (tls != null) {
        String path = "listeners[" + i + "].tls.certificates[0]";
        attempt(config, path, () -> ServerTls.context(tls), errors);
      }
    }
    Map<String, Service> services = new TreeMap<>(config.snapshot().services());
    for (Service service : services.values()) {
      if (service.backends().stream().anyMatch(Backend::tls)) {
        String path = "services." + service.name() + ".tlsCa";
        attempt(config, path, () -> ClientTls.context(service.tls()), errors);
      }
    }
    return errors;
  }

  private static void attempt(
      LoadedConfig config, String path, Supplier<SslContext> context, List<ConfigError> errors) {
    try {
      ReferenceCountUtil.release(context.get());
    } catch (TlsException e) {
      errors.add(config.error(path, String.valueOf(e.getMessage())));
    }
  }
}
