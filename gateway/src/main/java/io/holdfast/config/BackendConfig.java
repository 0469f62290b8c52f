package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import org.jspecify.annotations.Nullable;

/** One of {@code backends}. */
@Shorthand("url")
record BackendConfig(
    @Option(
            value =
                "Address: `ws://`, `wss://`, `http://` or `https://`, host, port (80 or 443 when"
                    + " left out) and a path that is put before every request's. One backend"
                    + " serves WebSocket and HTTP alike; the scheme only says whether TLS is"
                    + " spoken.",
            required = true)
        BackendUrl url,
    @Option(value = "Share of new work.", zero = "no new work") int weight,
    @Option(value = "The part of the service it belongs to, such as `blue`.", otherwise = "none")
        @Nullable String group,
    @Option(
            "`dns`: each address that the host's name has is a backend of its own, with this weight"
                + " and group; they are looked up anew each `dns.refresh`, and one that is gone"
                + " is drained. `off`: the name is one backend, whatever its addresses.")
        Discover discover) {

  private static final BackendUrl NOWHERE = new BackendUrl(false, "", 1, "");

  static BackendConfig read(Value value) {
    return value.isSection()
        ? value.section(BackendConfig::read)
        : new BackendConfig(value.parse(BackendUrl::parse, NOWHERE), 1, null, Discover.OFF);
  }

  static BackendConfig read(Section in) {
    BackendConfig backend =
        new BackendConfig(
            in.required("url", NOWHERE, BackendUrl::parse),
            in.value("weight", "1", Parsers.number(0, 1_000_000)),
            in.optional("group", Parsers::name),
            in.value("discover", "off", Parsers.oneOf(Discover.class)));
    if (backend.discover == Discover.DNS && Address.isLiteral(backend.url.host())) {
      in.error(
          "discover",
          "%s is an address already; expected a name in url, or no discover"
              .formatted(backend.url.host()));
    }
    return backend;
  }

  Backend compile() {
    return new Backend(
        url.tls(), url.host(), url.port(), url.path(), weight, group, discover, url.host());
  }
}
