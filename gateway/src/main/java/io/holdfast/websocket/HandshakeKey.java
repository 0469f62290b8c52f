package io.holdfast.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** {@code Sec-WebSocket-Key} and its answer (RFC 6455 sections 4.1 and 4.2.2). */
public final class HandshakeKey {
  /** RFC 6455 section 1.3. */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int LENGTH = 16;

  /**
   * RFC 6455 section 1.3 asks for SHA-1; it proves understanding and keeps no secret. To look for
   * one among the platform's providers costs more than to use it.
   */
  private static final ThreadLocal<MessageDigest> SHA_1 =
      ThreadLocal.withInitial(() -> {
        try {
          return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException("every Java platform has SHA-1", e);
        }
      });

  private HandshakeKey() {}

  /** Whether {@code key} is the base64 form of 16 bytes. */
  public static boolean isValid(String key) {
    try {
      return Base64.getDecoder().decode(key).length == LENGTH;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The {@code Sec-WebSocket-Accept} that proves that {@code key} was read. */
  public static String accept(String key) {
    byte[] hash = SHA_1.get().digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
    return Base64.getEncoder().encodeToString(hash);
  }
}
