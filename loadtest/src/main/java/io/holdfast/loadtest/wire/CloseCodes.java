package io.holdfast.loadtest.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The close codes of RFC 6455 section 7.4 that these tools use, and how a Close payload is laid
 * out.
 */
public final class CloseCodes {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;

  /** Never on the wire: a Close without a code. */
  public static final int NO_STATUS = 1005;

  /** Never on the wire: the connection ended without a Close. */
  public static final int ABNORMAL = 1006;

  private CloseCodes() {}

  /** Whether {@code code} may stand in a Close frame (section 7.4 and the IANA registry). */
  public static boolean mayBeSent(int code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != NO_STATUS && code != ABNORMAL)
        || (code >= 3000 && code <= 4999);
  }

  /**
   * A Close frame's payload.
   *
   * @param code 0 for an empty payload
   * @param reason cut to the 123 bytes that fit, at a whole character
   */
  public static byte[] payload(int code, String reason) {
    if (code == 0) {
      return new byte[0];
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, 123);
    while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
      length--;
    }
    return ByteBuffer.allocate(2 + length).putShort((short) code).put(text, 0, length).array();
  }

  /**
   * The code in a Close payload: {@link #NO_STATUS} when empty, {@link #PROTOCOL_ERROR} when
   * ill-formed.
   */
  public static int codeOf(byte[] payload) {
    if (payload.length == 0) {
      return NO_STATUS;
    }
    if (payload.length == 1) {
      return PROTOCOL_ERROR;
    }
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    return mayBeSent(code) && isUtf8(payload) ? code : PROTOCOL_ERROR;
  }

  /** The reason in a Close payload, empty when there is none. */
  public static String reasonOf(byte[] payload) {
    return payload.length <= 2
        ? ""
        : new String(Arrays.copyOfRange(payload, 2, payload.length), StandardCharsets.UTF_8);
  }

  private static boolean isUtf8(byte[] payload) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload, 2, payload.length - 2));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
