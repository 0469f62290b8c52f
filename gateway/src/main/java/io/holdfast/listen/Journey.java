package io.holdfast.listen;

import io.holdfast.upstream.ForwardedFor;
import io.holdfast.websocket.DeflateTerms;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * What is kept of a handshake, so that it can be said again to another backend. As text, which is a
 * fraction of what parsed headers take.
 */
final class Journey {
  private static final char END = '\n';

  private final byte[] head;
  private final ForwardedFor from;
  private final String session;
  private final String terms;

  /**
   * Keeps a handshake.
   *
   * @param session what its backends know it by
   * @param answer of the backend that it is with
   */
  Journey(Request request, String session, HttpResponse answer) {
    this.head = write(request.head());
    this.from = request.from();
    this.session = session;
    this.terms = terms(answer);
  }

  private static byte[] write(HttpRequest head) {
    StringBuilder text = new StringBuilder(head.uri()).append(END);
    head.headers()
        .forEach(h -> text.append(h.getKey()).append(':').append(h.getValue()).append(END));
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The head as the client sent it. */
  HttpRequest head() {
    String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\n", -1);
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.GET,
            lines[0],
            DefaultHttpHeadersFactory.headersFactory().withValidation(false));
    for (int i = 1; i < lines.length - 1; i++) {
      int colon = lines[i].indexOf(':');
      request.headers().add(lines[i].substring(0, colon), lines[i].substring(colon + 1));
    }
    return request;
  }

  /** Where it came from. */
  ForwardedFor from() {
    return from;
  }

  /** What its backends know it by. */
  String session() {
    return session;
  }

  /** Whether the client was told of an extension; then any other backend must agree to it, too. */
  boolean extended() {
    return terms.charAt(0) != END;
  }

  /** Whether another backend's answer is on the terms that the client was told. */
  boolean agrees(HttpResponse answer) {
    return terms.equals(terms(answer));
  }

  /** Both terms in words, where they differ. */
  String difference(HttpResponse answer) {
    return "it agrees to " + words(terms(answer)) + ", its client was told " + words(terms);
  }

  private static String words(String terms) {
    int end = terms.indexOf(END);
    String extensions = terms.substring(0, end);
    String protocol = terms.substring(end + 1);
    return (extensions.isEmpty() ? "no extension" : extensions)
        + " and "
        + (protocol.isEmpty() ? "no subprotocol" : "subprotocol " + protocol);
  }

  private static String terms(HttpResponse answer) {
    return DeflateTerms.canonical(extensions(answer))
        + END
        + answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "").strip();
  }

  /** All of {@code Sec-WebSocket-Extensions}. */
  static String extensions(HttpResponse answer) {
    return extensions(answer.headers());
  }

  static String extensions(HttpHeaders headers) {
    return String.join(",", headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
  }
}
