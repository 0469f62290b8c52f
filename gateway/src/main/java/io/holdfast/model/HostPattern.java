package io.holdfast.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A host name, or {@code *.} and a domain for exactly one more label.
 *
 * @param name in lower case, without the wildcard
 * @param wildcard whether one label stands before {@code name}
 */
public record HostPattern(String name, boolean wildcard) {
  private static final Pattern NAME =
      Pattern.compile("\\[[0-9a-f:.]+]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");

  /**
   * Parses {@code chat.example.com} or {@code *.example.com}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static HostPattern parse(String text) {
    boolean wildcard = text.startsWith("*.");
    String name = (wildcard ? text.substring(2) : text).toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "expected a host name such as chat.example.com or *.example.com, without port");
    }
    return new HostPattern(name, wildcard);
  }

  /** Whether {@code host} (lower case, without port) matches. */
  public boolean matches(String host) {
    if (!wildcard) {
      return host.equals(name);
    }
    int dot = host.indexOf('.');
    return dot > 0 && host.length() == dot + 1 + name.length() && host.endsWith(name);
  }
}
