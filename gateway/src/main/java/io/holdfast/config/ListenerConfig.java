package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.Cidr;
import io.holdfast.model.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of {@code listeners}. */
record ListenerConfig(
    @Option(
            value =
                "Host and port to listen on: `0.0.0.0:8080`, `[::1]:8080`, or `:8080` for all of"
                    + " IPv4. Port 0 takes any free one.",
            required = true)
        Address bind,
    @Option(value = "The certificate to serve.", otherwise = "plain text")
        @Nullable ListenerTlsConfig tls,
    @Option(
            value =
                "Address blocks of proxies in front, such as `10.0.0.0/8`. What they send as"
                    + " `X-Forwarded-*` and `Forwarded` is appended to; everybody else's is"
                    + " replaced, since anyone can write such a header.",
            otherwise = "nobody is trusted")
        List<Cidr> trustedProxies) {

  private static final Address NOWHERE = new Address("0.0.0.0", 0);

  static ListenerConfig read(Section in, Folder folder) {
    return new ListenerConfig(
        in.required("bind", NOWHERE, Address::bind),
        in.optionalSection("tls", tls -> ListenerTlsConfig.read(tls, folder)),
        in.list("trustedProxies", Cidr::parse));
  }

  Listener compile() {
    return new Listener(
        bind.host(), bind.port(), tls == null ? null : tls.compile(), trustedProxies);
  }
}
