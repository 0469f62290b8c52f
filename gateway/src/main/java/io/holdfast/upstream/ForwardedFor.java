package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from, for backends: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host},
 * {@code -Port}, and {@code Forwarded} (RFC 7239).
 *
 * @param address of the peer, without port
 * @param scheme {@code http} or {@code https}
 * @param host what the peer sent as {@code Host}; null for none
 * @param port of our own that it connected to
 * @param trusted whether the peer is a proxy whose own such headers are appended to, not replaced
 */
public record ForwardedFor(
    String address, String scheme, @Nullable String host, int port, boolean trusted) {

  private static final String FOR = "x-forwarded-for";
  private static final String PROTO = "x-forwarded-proto";
  private static final String HOST = "x-forwarded-host";
  private static final String PORT = "x-forwarded-port";
  private static final String FORWARDED = "forwarded";

  /** Appends to, or replaces, what {@code headers} says. */
  void writeTo(HttpHeaders headers) {
    append(headers, FOR, address);
    keep(headers, PROTO, scheme);
    keep(headers, HOST, host);
    keep(headers, PORT, Integer.toString(port));
    append(headers, FORWARDED, element());
  }

  private void append(HttpHeaders headers, String name, String value) {
    String before = trusted ? String.join(", ", headers.getAll(name)) : "";
    headers.set(name, before.isEmpty() ? value : before + ", " + value);
  }

  /** What the first trusted proxy said stands: it saw the client. */
  private void keep(HttpHeaders headers, String name, @Nullable String value) {
    if (trusted && headers.contains(name)) {
      return;
    }
    if (value == null) {
      headers.remove(name);
    } else {
      headers.set(name, value);
    }
  }

  private String element() {
    StringBuilder text = new StringBuilder("for=");
    // RFC 7239 section 6: an IPv6 address stands in brackets and quotes.
    text.append(address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address);
    text.append(";proto=").append(scheme);
    if (host != null) {
      text.append(";host=\"").append(host.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return text.toString();
  }

  /**
   * The client's own address, for the access log: of the peer and the hops before it, the nearest
   * that is not trusted. Whatever stands further away was written by somebody whom nobody vouches
   * for. What is no literal address ends the search, at the last one that is.
   *
   * @param trusts whether an address (4 or 16 bytes) is a proxy whose word is believed
   */
  public String client(HttpHeaders headers, Predicate<byte[]> trusts) {
    if (!trusted) {
      return address;
    }
    String nearest = address;
    String[] hops = String.join(",", headers.getAll(FOR)).split(",", -1);
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(hop);
      if (literal == null) {
        return nearest;
      }
      nearest = hop;
      if (!trusts.test(literal)) {
        return nearest;
      }
    }
    return nearest;
  }
}
