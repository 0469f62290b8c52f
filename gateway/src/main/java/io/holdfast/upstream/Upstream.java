package io.holdfast.upstream;

import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import io.holdfast.tls.ClientTls;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * One service as seen by what connects to its backends: its policy, and the TLS context made from
 * it. Connections are pooled per instance, so a changed service never reuses what was made under
 * the old policy.
 */
public final class Upstream {
  private final Service service;
  private final @Nullable SslContext tls;

  /**
   * Prepares {@code service}.
   *
   * @throws io.holdfast.tls.TlsException when its authorities cannot be read
   */
  public Upstream(Service service) {
    this.service = service;
    boolean needed = service.backends().stream().anyMatch(Backend::tls);
    this.tls = needed ? ClientTls.context(service.tls()) : null;
  }

  /** Whether it is as good as a new one for {@code other}, which may have other backends. */
  public boolean fits(Service other) {
    return (tls != null || other.backends().stream().noneMatch(Backend::tls))
        && service.with(other.balance(), other.backends()).equals(other);
  }

  /** The policy; its backends may be those of an earlier configuration. */
  public Service service() {
    return service;
  }

  /** The TLS context; null when no backend speaks TLS. */
  @Nullable SslContext tls() {
    return tls;
  }
}
