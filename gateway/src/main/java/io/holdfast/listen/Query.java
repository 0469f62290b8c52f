package io.holdfast.listen;

import io.holdfast.route.Lookup;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query of one request, decoded only if a route asks for it. */
final class Query implements Lookup {
  private static final int MOST_PARAMETERS = 1024;

  private final String target;
  private @Nullable Map<String, List<String>> parameters;
  private boolean malformed;

  Query(String target) {
    this.target = target;
  }

  @Override
  public @Nullable String get(String name) {
    if (parameters == null) {
      parameters = decode();
    }
    List<String> values = parameters.get(name);
    return values == null ? null : values.get(0);
  }

  /** Whether a route has asked for it, and it cannot be decoded. */
  boolean malformed() {
    return malformed;
  }

  private Map<String, List<String>> decode() {
    try {
      // A semicolon is no separator: what is hidden behind one to us is not to the backend.
      return new QueryStringDecoder(
              target, HttpConstants.DEFAULT_CHARSET, true, MOST_PARAMETERS, true)
          .parameters();
    } catch (IllegalArgumentException e) {
      malformed = true;
      return Map.of();
    }
  }
}
