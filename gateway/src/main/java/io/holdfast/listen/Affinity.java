package io.holdfast.listen;

import io.holdfast.balance.AffinityCookie;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Finds the promise in a request's cookies. */
final class Affinity {
  private Affinity() {}

  /** The first cookie of that name that promises something; null for none. */
  static AffinityCookie.@Nullable Promise promise(
      HttpRequest head, @Nullable AffinityCookie cookie) {
    if (cookie == null) {
      return null;
    }
    for (String header : head.headers().getAll(HttpHeaderNames.COOKIE)) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(cookie.name())) {
          AffinityCookie.Promise promise = cookie.read(pair.substring(equals + 1).strip());
          if (promise != null) {
            return promise;
          }
        }
      }
    }
    return null;
  }
}
