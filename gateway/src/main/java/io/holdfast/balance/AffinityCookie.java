package io.holdfast.balance;

import io.holdfast.model.CookieAffinity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The promise in a cookie: version, backend id and expiry, signed with HMAC-SHA-256 together with
 * the service's name. Whatever does not verify, is too old, or names nobody leads to a new choice
 * and a new cookie, never to an error. Thread-safe.
 */
public final class AffinityCookie {
  private static final byte VERSION = 1;
  private static final int PAYLOAD = 1 + Long.BYTES + Long.BYTES;

  /** 128 bits of the MAC are plenty (RFC 2104 section 5) and keep the cookie short. */
  private static final int SIGNATURE = 16;

  private final CookieAffinity config;
  private final byte[] service;
  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * A promise.
   *
   * @param backend its {@link LiveBackend#id()}
   * @param fresh false when the cookie should be renewed
   */
  public record Promise(long backend, boolean fresh) {}

  AffinityCookie(String service, CookieAffinity config, String processSecret) {
    this(service, config, processSecret, Clock.systemUTC());
  }

  AffinityCookie(String service, CookieAffinity config, String processSecret, Clock clock) {
    this.config = config;
    this.service = service.getBytes(StandardCharsets.UTF_8);
    String secret = config.secret() == null ? processSecret : config.secret();
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.clock = clock;
  }

  /** The cookie's name. */
  public String name() {
    return config.name();
  }

  /**
   * Reads a cookie's value.
   *
   * @return null when it promises nothing
   */
  public @Nullable Promise read(String value) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (bytes.length != PAYLOAD + SIGNATURE || bytes[0] != VERSION) {
      return null;
    }
    byte[] expected = sign(bytes);
    if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, PAYLOAD, bytes.length))) {
      return null;
    }
    ByteBuffer payload = ByteBuffer.wrap(bytes, 1, PAYLOAD - 1);
    long backend = payload.getLong();
    long left = payload.getLong() - clock.millis();
    return left <= 0 ? null : new Promise(backend, left > config.maxAge().toMillis() / 2);
  }

  /**
   * A {@code Set-Cookie} value that promises {@code backend}.
   *
   * @param secure whether the client came over TLS
   */
  public String issue(LiveBackend backend, boolean secure) {
    byte[] bytes =
        ByteBuffer.allocate(PAYLOAD + SIGNATURE)
            .put(VERSION)
            .putLong(backend.id())
            .putLong(clock.millis() + config.maxAge().toMillis())
            .array();
    System.arraycopy(sign(bytes), 0, bytes, PAYLOAD, SIGNATURE);
    return config.name()
        + "="
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
        + "; Path=/; Max-Age="
        + config.maxAge().toSeconds()
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }

  private byte[] sign(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(service);
      mac.update(bytes, 0, PAYLOAD);
      return Arrays.copyOf(mac.doFinal(), SIGNATURE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
