package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Reads a backend's answers. Lenient where a backend can do no harm, strict about framing. */
final class ResponseDecoder extends HttpResponseDecoder {
  private static final int MAX_HEAD = 64 * 1024;

  private HttpMethod method = HttpMethod.GET;

  ResponseDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEAD)
            .setMaxHeaderSize(MAX_HEAD)
            .setAllowDuplicateContentLengths(false));
  }

  /** What the next answer is to: one to HEAD has no body, whatever it says. */
  void expectAnswerTo(HttpMethod request) {
    method = request;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage msg) {
    if (method.equals(HttpMethod.HEAD)) {
      return true;
    }
    // Netty waits for a body after a 101 without Accept; we refuse such an answer.
    return ((HttpResponse) msg).status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
        || super.isContentAlwaysEmpty(msg);
  }
}
