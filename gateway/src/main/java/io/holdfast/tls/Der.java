package io.holdfast.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The few pieces of DER (X.690) that wrap an old key format into PKCS#8. */
final class Der {

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int CONTEXT_0 = 0xa0;
  private static final byte[] VERSION_0 = {0x02, 1, 0};

  /** rsaEncryption (1.2.840.113549.1.1.1) with its NULL parameters (RFC 8017 appendix C). */
  private static final byte[] RSA = {
    0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 0x05, 0
  };

  /** id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480 section 2.1.1). */
  private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Der() {}

  /** PKCS#1's RSAPrivateKey (RFC 8017 appendix A.1.2) as PKCS#8. */
  static byte[] fromPkcs1(byte[] key) {
    return pkcs8(RSA, key);
  }

  /**
   * SEC1's ECPrivateKey (RFC 5915 section 3) as PKCS#8, or null if it does not name its curve, or
   * is damaged.
   */
  static byte @Nullable [] fromSec1(byte[] key) {
    try {
      ByteBuffer all = ByteBuffer.wrap(key);
      all.get();
      ByteBuffer fields = value(all);
      while (fields.hasRemaining()) {
        int tag = fields.get() & 0xff;
        ByteBuffer field = value(fields);
        if (tag == CONTEXT_0) {
          byte[] curve = new byte[field.remaining()];
          field.get(curve);
          return pkcs8(concat(EC, curve), key);
        }
      }
      return null;
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return tagged(
        SEQUENCE, concat(VERSION_0, tagged(SEQUENCE, algorithm), tagged(OCTET_STRING, key)));
  }

  /** The value after a tag that was read already; moves {@code in} past it. */
  private static ByteBuffer value(ByteBuffer in) {
    int length = in.get() & 0xff;
    if (length > 0x80) {
      int octets = length & 0x7f;
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    ByteBuffer value = in.slice(in.position(), length);
    in.position(in.position() + length);
    return value;
  }

  private static byte[] tagged(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length < 0x80) {
      out.write(value.length);
    } else {
      int octets = (39 - Integer.numberOfLeadingZeros(value.length)) / 8;
      out.write(0x80 | octets);
      for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
        out.write(value.length >> shift);
      }
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
