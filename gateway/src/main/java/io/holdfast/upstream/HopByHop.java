package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers that are meant for the next hop alone (RFC 9110 section 7.6.1). */
public final class HopByHop {
  private static final List<AsciiString> NAMES =
      List.of(
          HttpHeaderNames.CONNECTION,
          HttpHeaderNames.UPGRADE,
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.TE,
          AsciiString.cached("keep-alive"),
          AsciiString.cached("proxy-connection"),
          HttpHeaderNames.PROXY_AUTHENTICATE,
          HttpHeaderNames.PROXY_AUTHORIZATION);

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
      CharSequence name = header.getKey();
      if (!isFixed(name) && !isOurs(name) && !isListed(listed, name)) {
        to.add(name, header.getValue());
      }
    }
  }

  private static boolean isFixed(CharSequence name) {
    // By index: an iterator for each header of each handshake adds up.
    for (int i = 0; i < NAMES.size(); i++) {
      if (NAMES.get(i).contentEqualsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isListed(Set<String> listed, CharSequence name) {
    return !listed.isEmpty() && listed.contains(name.toString().toLowerCase(Locale.ROOT));
  }

  private static boolean isOurs(CharSequence name) {
    return AsciiString.regionMatches(name, true, 0, OURS, 0, OURS.length());
  }

  /**
   * Takes out of a body's trailers what a head could not have said either, and what must stand in
   * the head (RFC 9110 section 6.5.1).
   */
  public static void cleanTrailers(LastHttpContent last) {
    HttpHeaders trailers = last.trailingHeaders();
    for (String name : trailers.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (isFixed(lower)
          || HEAD_ONLY.contains(lower)
          || lower.startsWith("x-forwarded-")
          || isOurs(lower)) {
        trailers.remove(name);
      }
    }
  }

  /** What it lists besides what goes no further anyway; mostly nothing. */
  private static Set<String> connectionTokens(HttpHeaders headers) {
    Set<String> tokens = Set.of();
    Iterator<String> values = headers.valueStringIterator(HttpHeaderNames.CONNECTION);
    while (values.hasNext()) {
      for (String token : values.next().split(",", -1)) {
        String name = token.strip().toLowerCase(Locale.ROOT);
        // A client must not make us drop what its request or our forwarding stands on.
        boolean kept =
            name.equals("host") || name.equals("content-length") || name.startsWith("sec-");
        if (!kept && !isFixed(name)) {
          tokens = tokens.isEmpty() ? new HashSet<>() : tokens;
          tokens.add(name);
        }
      }
    }
    return tokens;
  }
}
