package io.holdfast.listen;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Writes answers; one to HEAD has no body, whatever its headers say (RFC 9110 section 9.3.2). */
final class ResponseEncoder extends HttpResponseEncoder {
  private HttpMethod method = HttpMethod.GET;

  /** What the next answer is to. */
  void answering(HttpMethod request) {
    method = request;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return method.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(response);
  }

  @Override
  protected void sanitizeHeadersBeforeEncode(HttpResponse response, boolean alwaysEmpty) {
    // A HEAD answer's Content-Length says what GET would send; it stays.
    if (!method.equals(HttpMethod.HEAD)) {
      super.sanitizeHeadersBeforeEncode(response, alwaysEmpty);
    }
  }
}
