package io.holdfast.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, by the path that they are served at.
 *
 * @param type the media type
 * @param content the bytes, which nobody changes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(String type, byte[] content) {
  /** Nothing but the page's own files, and connections only to where it came from. */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, Page> FILES =
      Map.of(
          "/", file("page.html", "text/html; charset=utf-8"),
          "/page.js", file("page.js", "text/javascript; charset=utf-8"),
          "/connection.js", file("connection.js", "text/javascript; charset=utf-8"),
          "/page.css", file("page.css", "text/css; charset=utf-8"),
          "/icon.svg", file("icon.svg", "image/svg+xml"));

  /** What is served at {@code path}; null for nothing. */
  static @Nullable Page at(String path) {
    return FILES.get(path);
  }

  static Page text(String text) {
    return new Page("text/plain; charset=utf-8", text.getBytes(UTF_8));
  }

  private static Page file(String name, String type) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the demo's " + name + " is missing");
      }
      return new Page(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
