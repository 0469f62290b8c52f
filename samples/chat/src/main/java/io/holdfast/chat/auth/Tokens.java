package io.holdfast.chat.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.JWTClaimsSetVerifier;
import io.holdfast.chat.session.Access;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes JSON Web Tokens (RFC 7519) of one key, by HS256, RS256 or ES256. Thread-safe. */
public final class Tokens {
  private static final int LEAST_SECRET = 32;
  private static final int LONGEST_NAME = 32;

  /** Everybody may connect, with all rights; tokens are not looked at. */
  public static final Tokens NONE = new Tokens(null, null, true, claims(null));

  private final @Nullable JWSVerifier verifier;
  private final @Nullable JWSAlgorithm algorithm;
  private final boolean widgets;
  private final JWTClaimsSetVerifier<?> claims;

  private Tokens(
      @Nullable JWSVerifier verifier,
      @Nullable JWSAlgorithm algorithm,
      boolean widgets,
      JWTClaimsSetVerifier<?> claims) {
    this.verifier = verifier;
    this.algorithm = algorithm;
    this.widgets = widgets;
    this.claims = claims;
  }

  /**
   * Tokens of a secret, by HS256.
   *
   * @param widgets whether clients without a token may connect, with the rights of {@link
   *     Access#WIDGET}
   * @param issuer that tokens must be of; null for any
   * @throws IllegalArgumentException when it has less than 32 bytes (RFC 7518, section 3.2)
   */
  public static Tokens ofSecret(String secret, boolean widgets, @Nullable String issuer) {
    byte[] bytes = secret.getBytes(UTF_8);
    if (bytes.length < LEAST_SECRET) {
      throw new IllegalArgumentException("expected at least 32 bytes that nobody can guess");
    }
    try {
      return new Tokens(new MACVerifier(bytes), JWSAlgorithm.HS256, widgets, claims(issuer));
    } catch (JOSEException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Tokens of a key pair, by RS256 or ES256.
   *
   * @param pem the public key
   * @throws IllegalArgumentException when it is none of RSA, or of EC with P-256
   */
  public static Tokens ofPublicKey(String pem, boolean widgets, @Nullable String issuer) {
    PublicKey key = PublicKeys.read(pem);
    if (key instanceof RSAPublicKey rsa) {
      return new Tokens(new RSASSAVerifier(rsa), JWSAlgorithm.RS256, widgets, claims(issuer));
    }
    try {
      ECDSAVerifier verifier = new ECDSAVerifier((ECPublicKey) key);
      if (verifier.supportedJWSAlgorithms().contains(JWSAlgorithm.ES256)) {
        return new Tokens(verifier, JWSAlgorithm.ES256, widgets, claims(issuer));
      }
    } catch (JOSEException e) {
      // A curve of no algorithm at all.
    }
    throw new IllegalArgumentException("expected a public key of RSA, or of EC with P-256");
  }

  private static JWTClaimsSetVerifier<?> claims(@Nullable String issuer) {
    JWTClaimsSet exactly =
        issuer == null ? null : new JWTClaimsSet.Builder().issuer(issuer).build();
    return new DefaultJWTClaimsVerifier<>(exactly, Set.of("sub", "exp"));
  }

  /**
   * What a client may do.
   *
   * @param token null for none
   * @throws Refused when it may not connect
   */
  public Access access(@Nullable String token) throws Refused {
    if (verifier == null) {
      return Access.ALL;
    }
    if (token == null) {
      if (widgets) {
        return Access.WIDGET;
      }
      throw new Refused("A token is needed.");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!jwt.getHeader().getAlgorithm().equals(algorithm) || !jwt.verify(verifier)) {
        throw new Refused("The token is not one of ours.");
      }
      JWTClaimsSet set = jwt.getJWTClaimsSet();
      claims.verify(set, null);
      return Access.of(name(set), set.getExpirationTime().toInstant());
    } catch (ParseException | JOSEException e) {
      throw new Refused("The token is none.");
    } catch (BadJWTException e) {
      throw new Refused("The token is not valid: " + e.getMessage() + ".");
    }
  }

  private static String name(JWTClaimsSet set) throws ParseException {
    String name = set.getStringClaim("name");
    String full = name == null || name.isBlank() ? set.getSubject() : name.strip();
    String clean = full.replaceAll("\\p{Cc}", "");
    return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME);
  }
}
