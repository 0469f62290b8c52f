package io.holdfast.websocket;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * permessage-deflate without context takeover (RFC 7692 section 7.1.1): each message can be read
 * without those before it, so a stream of them can go on with another peer. Values of {@code
 * Sec-WebSocket-Extensions}. Thread-safe, without state.
 */
public final class DeflateTerms {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER = "server_no_context_takeover";
  private static final String CLIENT = "client_no_context_takeover";

  private DeflateTerms() {}

  /**
   * What may be offered to a backend of what a client offers: other extensions may keep a state
   * that we do not know of.
   *
   * @return null for nothing
   */
  public static @Nullable String narrow(String offer) {
    List<String> narrowed = new ArrayList<>();
    for (String extension : offer.split(",", -1)) {
      Set<String> parts = parts(extension);
      if (parts.contains(NAME)) {
        parts.add(SERVER);
        parts.add(CLIENT);
        narrowed.add(String.join("; ", parts));
      }
    }
    return narrowed.isEmpty() ? null : String.join(", ", narrowed);
  }

  /** Whether what a backend has agreed to leaves each message readable by itself. */
  public static boolean allowMoves(String answer) {
    Set<String> parts = parts(answer);
    return parts.isEmpty()
        || (answer.indexOf(',') < 0 && parts.contains(NAME) && parts.contains(SERVER));
  }

  /**
   * What the client is told of such an answer: a server may leave out what binds the client, or
   * bind it though it did not ask (RFC 7692 section 7.1.1.2).
   */
  public static String forClient(String answer) {
    Set<String> parts = parts(answer);
    if (parts.isEmpty()) {
      return answer;
    }
    parts.add(CLIENT);
    return String.join("; ", parts);
  }

  /** The same text for all such answers that mean the same. */
  public static String canonical(String answer) {
    Set<String> parts = new TreeSet<>(parts(answer));
    parts.remove(CLIENT);
    return String.join(";", parts);
  }

  private static Set<String> parts(String extension) {
    Set<String> parts = new LinkedHashSet<>();
    for (String part : extension.split(";", -1)) {
      String text = part.replace("\"", "").replace(" ", "").strip().toLowerCase(Locale.ROOT);
      if (!text.isEmpty()) {
        parts.add(text);
      }
    }
    return parts;
  }
}
