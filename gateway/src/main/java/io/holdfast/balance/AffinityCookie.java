package io.holdfast.balance;

import io.holdfast.model.CookieAffinity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
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

  /** The first signs; all are believed. */
  private final List<SecretKeySpec> keys;

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
    this.keys =
        Stream.concat(Stream.of(secret), config.oldSecrets().stream())
            .map(text -> new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256"))
            .toList();
    this.clock = clock;
  }

  /** Names of the cookies that may hold a promise. */
  public List<String> names() {
    return config.crossOrigin()
        ? List.of(config.name(), config.crossOriginName())
        : List.of(config.name());
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
    byte[] signature = Arrays.copyOfRange(bytes, PAYLOAD, bytes.length);
    int signer = 0;
    while (!MessageDigest.isEqual(sign(bytes, keys.get(signer)), signature)) {
      if (++signer == keys.size()) {
        return null;
      }
    }
    ByteBuffer payload = ByteBuffer.wrap(bytes, 1, PAYLOAD - 1);
    long backend = payload.getLong();
    long left = payload.getLong() - clock.millis();
    return left <= 0
        ? null
        : new Promise(backend, signer == 0 && left > config.maxAge().toMillis() / 2);
  }

  /**
   * {@code Set-Cookie} values that promise {@code backend}. The one for other sites comes over TLS
   * alone, since browsers take it only so.
   *
   * @param secure whether the client came over TLS
   */
  public List<String> issue(LiveBackend backend, boolean secure) {
    byte[] bytes =
        ByteBuffer.allocate(PAYLOAD + SIGNATURE)
            .put(VERSION)
            .putLong(backend.id())
            .putLong(clock.millis() + config.maxAge().toMillis())
            .array();
    System.arraycopy(sign(bytes, keys.getFirst()), 0, bytes, PAYLOAD, SIGNATURE);
    String promise =
        "="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
            + "; Path="
            + config.path()
            + (config.domain() == null ? "" : "; Domain=" + config.domain())
            + "; Max-Age="
            + config.maxAge().toSeconds()
            + "; HttpOnly";
    boolean none = config.sameSite() == CookieAffinity.SameSite.NONE;
    String own =
        config.name()
            + promise
            + "; SameSite="
            + config.sameSite().text()
            + (secure || none ? "; Secure" : "");
    return config.crossOrigin() && secure
        ? List.of(own, config.crossOriginName() + promise + "; SameSite=None; Secure; Partitioned")
        : List.of(own);
  }

  private byte[] sign(byte[] bytes, SecretKeySpec key) {
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
