package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.Rewrite;
import io.holdfast.route.RequestPath;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code rewrite} of a route. */
record RewriteConfig(
    @Option(
            value =
                "Removed from the front of the path where it stands there as whole segments,"
                    + " percent-encoded or not.",
            otherwise = "nothing is removed")
        @Nullable String stripPrefix,
    @Option(
            value = "Put in front of the path, after anything was stripped.",
            otherwise = "nothing is added")
        @Nullable String addPrefix,
    @Option(
            value = "Stands for the whole path; not together with `stripPrefix`.",
            otherwise = "the path is kept")
        @Nullable String replacePath) {

  static RewriteConfig read(Section in) {
    RewriteConfig rewrite =
        new RewriteConfig(
            in.optional("stripPrefix", RewriteConfig::asMatched),
            in.optional("addPrefix", RewriteConfig::prefix),
            in.optional("replacePath", RewriteConfig::path));
    if (rewrite.stripPrefix != null && rewrite.replacePath != null) {
      in.error("replacePath", "expected either stripPrefix or replacePath, not both");
    }
    return rewrite;
  }

  private static String asMatched(String text) {
    return Objects.requireNonNull(RequestPath.of(prefix(text)));
  }

  private static String prefix(String text) {
    if (text.endsWith("/") || !isPath(text)) {
      throw new IllegalArgumentException(
          "expected a path such as /ws, with a slash first and none last");
    }
    return text;
  }

  private static String path(String text) {
    if (!isPath(text)) {
      throw new IllegalArgumentException("expected a path such as /ws, without query or blanks");
    }
    return text;
  }

  private static boolean isPath(String text) {
    return text.matches("/[!-~&&[^?#]]*") && RequestPath.of(text) != null;
  }

  Rewrite compile() {
    return new Rewrite(stripPrefix, addPrefix, replacePath);
  }
}
