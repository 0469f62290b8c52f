package io.holdfast.loadtest.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server agreed to of permessage-deflate (RFC 7692 section 7.1).
 *
 * @param clientForgets whether no message of ours may refer to those before it ({@code
 *     client_no_context_takeover})
 * @param serverForgets whether no message of the server's does ({@code server_no_context_takeover})
 */
public record Compression(boolean clientForgets, boolean serverForgets) {

  /**
   * What clients offer. No {@code client_max_window_bits}: the JDK's deflater has one window size
   * only, the largest.
   */
  static final String OFFER = "permessage-deflate";

  /**
   * Reads the answer to the offer.
   *
   * @param fields all {@code Sec-WebSocket-Extensions} of a 101
   * @param offered whether there was an offer
   * @return null if nothing was agreed
   * @throws IllegalArgumentException with a sentence, for an answer that the offer does not allow
   */
  static @Nullable Compression agreed(List<String> fields, boolean offered) {
    String answer = String.join(", ", fields).strip();
    if (answer.isEmpty()) {
      return null;
    }
    String[] parts = answer.split(";", -1);
    if (!offered || answer.indexOf(',') >= 0 || !parts[0].strip().equalsIgnoreCase(OFFER)) {
      throw new IllegalArgumentException(
          "the 101 chose the extension '" + answer + "', which was not offered");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      String name = parameter.replaceFirst("\\s*=.*", "");
      if (!isAllowed(parameter) || !seen.add(name)) {
        throw new IllegalArgumentException(
            "the 101 chose '" + answer + "', where '" + parameter + "' is not allowed");
      }
    }
    return new Compression(
        seen.contains("client_no_context_takeover"), seen.contains("server_no_context_takeover"));
  }

  /** An inflater of the largest window reads what was deflated with any. */
  private static boolean isAllowed(String parameter) {
    return parameter.matches(
        "(client|server)_no_context_takeover"
            + "|server_max_window_bits\\s*=\\s*(\"?)([89]|1[0-5])\\2");
  }
}
