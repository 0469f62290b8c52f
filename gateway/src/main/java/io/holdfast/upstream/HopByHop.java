package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers that are meant for the next hop alone (RFC 9110 section 7.6.1). */
public final class HopByHop {
  private static final Set<String> NAMES =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> HEAD_ONLY =
      Set.of("content-length", "forwarded", "host", "set-cookie", "trailer", "x-request-id");

  /** What clients send under this prefix is never believed: backends trust it to be ours. */
  private static final String OURS = "holdfast-";

  private HopByHop() {}

  /** Copies what goes end to end; names that {@code Connection} lists do not. */
  public static void copyEndToEnd(HttpHeaders from, HttpHeaders to) {
    Set<String> listed = connectionTokens(from);
    Iterator<Map.Entry<CharSequence, CharSequence>> all = from.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      String name = header.getKey().toString().toLowerCase(Locale.ROOT);
      if (!NAMES.contains(name) && !listed.contains(name) && !name.startsWith(OURS)) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  /**
   * Takes out of a body's trailers what a head could not have said either, and what must stand in
   * the head (RFC 9110 section 6.5.1).
   */
  public static void cleanTrailers(LastHttpContent last) {
    HttpHeaders trailers = last.trailingHeaders();
    for (String name : trailers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (NAMES.contains(lower)
          || HEAD_ONLY.contains(lower)
          || lower.startsWith("x-forwarded-")
          || lower.startsWith(OURS)) {
        trailers.remove(name);
      }
    }
  }

  private static Set<String> connectionTokens(HttpHeaders headers) {
    Set<String> tokens = new HashSet<>();
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String token : value.split(",", -1)) {
        String name = token.strip().toLowerCase(Locale.ROOT);
        // A client must not make us drop what its request or our forwarding stands on.
        if (!name.equals("host") && !name.equals("content-length") && !name.startsWith("sec-")) {
          tokens.add(name);
        }
      }
    }
    return tokens;
  }
}
