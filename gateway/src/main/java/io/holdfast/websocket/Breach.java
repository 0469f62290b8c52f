package io.holdfast.websocket;

/** What can be wrong with a frame; each names the code and the reason of the Close that answers. */
public enum Breach {
  /** RFC 6455 section 5.2: the most significant bit of a 64 bit length must be 0. */
  LENGTH(CloseCode.PROTOCOL_ERROR, "frame length has its highest bit set"),
  /** RFC 6455 section 5.5: at most 125 bytes. */
  CONTROL_LENGTH(CloseCode.PROTOCOL_ERROR, "control frame longer than 125 bytes"),
  /** RFC 6455 section 5.2: the minimal number of bytes must be used to encode the length. */
  LENGTH_ENCODING(CloseCode.PROTOCOL_ERROR, "frame length not in its shortest form"),
  /** RFC 6455 section 5.2: reserved bits are 0 unless an extension gives them a meaning. */
  RESERVED_BITS(CloseCode.PROTOCOL_ERROR, "reserved bits set"),
  /** RFC 6455 section 5.2. */
  OPCODE(CloseCode.PROTOCOL_ERROR, "reserved opcode"),
  /** RFC 6455 section 5.5: control frames must not be fragmented. */
  CONTROL_FRAGMENT(CloseCode.PROTOCOL_ERROR, "fragmented control frame"),
  /** RFC 6455 section 5.4. */
  CONTINUATION(CloseCode.PROTOCOL_ERROR, "continuation without a message"),
  /** RFC 6455 section 5.4: fragments of one message must not be interleaved with another's. */
  INTERLEAVED(CloseCode.PROTOCOL_ERROR, "new message inside a fragmented one"),
  /** RFC 6455 section 5.1: a client masks every frame. */
  UNMASKED(CloseCode.PROTOCOL_ERROR, "client frame not masked"),
  /** RFC 6455 section 5.1: a server masks none. */
  MASKED(CloseCode.PROTOCOL_ERROR, "server frame masked"),
  /** RFC 6455 section 5.5.1: a Close payload has 0 or at least 2 bytes. */
  CLOSE_LENGTH(CloseCode.PROTOCOL_ERROR, "Close frame of one byte"),
  /** RFC 6455 section 7.4: some codes must not be sent. */
  CLOSE_CODE(CloseCode.PROTOCOL_ERROR, "Close frame with a code that must not be sent"),
  /** Our own limit, RFC 6455 section 10.4. */
  FRAME_TOO_BIG(CloseCode.TOO_BIG, "frame too big"),
  /** Our own limit, RFC 6455 section 10.4. */
  MESSAGE_TOO_BIG(CloseCode.TOO_BIG, "message too big");

  private final int code;
  private final String reason;

  Breach(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  /** The close code that answers it. */
  public int code() {
    return code;
  }

  /** In a few words of ASCII, fit for a Close frame. */
  public String reason() {
    return reason;
  }

  /** Whether it is in a Close, before which all is well. */
  public boolean inClose() {
    return this == CLOSE_LENGTH || this == CLOSE_CODE;
  }
}
