package io.holdfast.listen;

import io.holdfast.balance.AffinityCookie;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Finds the promise in a request's cookies. */
final class Affinity {
  private Affinity() {}

  /** The first of our cookies that promises something; null for none. */
  static AffinityCookie.@Nullable Promise promise(
      HttpRequest head, @Nullable AffinityCookie cookie) {
    if (cookie == null) {
      return null;
    }
    for (String name : cookie.names()) {
      for (String value : Cookies.values(head.headers(), name)) {
        AffinityCookie.Promise promise = cookie.read(value);
        if (promise != null) {
          return promise;
        }
      }
    }
    return null;
  }
}
