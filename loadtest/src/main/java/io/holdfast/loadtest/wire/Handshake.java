package io.holdfast.loadtest.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules of the opening handshake that both sides need (RFC 6455 section 4). */
public final class Handshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private Handshake() {}

  /** The {@code Sec-WebSocket-Accept} that answers {@code key} (section 4.2.2). */
  public static String accept(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Whether {@code key} is 16 bytes in base64 (section 4.2.1). */
  public static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What is wrong with a 101 (section 4.1), as a sentence, or null. */
  static @Nullable String checkAnswer(HttpHeaders headers, String key, List<String> offered) {
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
      return "the 101 does not say 'Upgrade: websocket'";
    }
    if (!headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
      return "the 101 does not say 'Connection: Upgrade'";
    }
    String accept = headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
    if (!Objects.equals(accept == null ? null : accept.strip(), accept(key))) {
      return "the 101's Sec-WebSocket-Accept is "
          + (accept == null ? "missing" : "'" + accept + "'")
          + ", expected '"
          + accept(key)
          + "'";
    }
    String chosen = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (chosen != null && !offered.contains(chosen.strip())) {
      return "the 101 chose the subprotocol '" + chosen + "', which was not offered";
    }
    return null;
  }
}
