package io.holdfast.chat.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.holdfast.chat.session.Access;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TokensTest {
  private static final String SECRET = "a secret that is 32 bytes or more";

  /** In our lifetime. */
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  private final Tokens tokens = Tokens.ofSecret(SECRET, false, null);

  private static JWTClaimsSet.Builder ann() {
    return new JWTClaimsSet.Builder().subject("ann").expirationTime(Date.from(LATER));
  }

  private static String sign(JWSAlgorithm by, JWSSigner signer, JWTClaimsSet claims)
      throws Exception {
    SignedJWT jwt = new SignedJWT(new JWSHeader(by), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static String signed(JWTClaimsSet claims) throws Exception {
    return sign(JWSAlgorithm.HS256, new MACSigner(SECRET), claims);
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static void refuses(Tokens tokens, @Nullable String token, String why) {
    assertThatThrownBy(() -> tokens.access(token)).isInstanceOf(Refused.class).hasMessage(why);
  }

  @Test
  void aTokenSaysWhoItIsAndForHowLong() throws Exception {
    assertThat(tokens.access(signed(ann().build()))).isEqualTo(Access.of("ann", LATER));
    assertThat(tokens.access(signed(ann().claim("name", " Ann Ash\u0007 ").build())))
        .isEqualTo(Access.of("Ann Ash", LATER));
    assertThat(tokens.access(signed(ann().claim("name", "x".repeat(50)).build())).name())
        .hasSize(32);
  }

  @Test
  void rsaAndEllipticCurves() throws Exception {
    KeyPair rsa = rsa();
    String byRsa = sign(JWSAlgorithm.RS256, new RSASSASigner(rsa.getPrivate()), ann().build());
    assertThat(Tokens.ofPublicKey(pem(rsa.getPublic()), false, null).access(byRsa).name())
        .isEqualTo("ann");
    KeyPair ec = ec("secp256r1");
    String byEc =
        sign(JWSAlgorithm.ES256, new ECDSASigner((ECPrivateKey) ec.getPrivate()), ann().build());
    assertThat(Tokens.ofPublicKey(pem(ec.getPublic()), false, null).access(byEc).name())
        .isEqualTo("ann");
    refuses(Tokens.ofPublicKey(pem(ec.getPublic()), false, null), byRsa, NOT_OURS);
    assertThatThrownBy(() -> Tokens.ofPublicKey(pem(ec("secp384r1").getPublic()), false, null))
        .hasMessage("expected a public key of RSA, or of EC with P-256");
    assertThatThrownBy(() -> Tokens.ofPublicKey("key", false, null))
        .hasMessage("expected a PEM file with a PUBLIC KEY");
  }

  private static final String NOT_OURS = "The token is not one of ours.";

  @Test
  void whatIsNotSignedByOurKeyIsRefused() throws Exception {
    refuses(tokens, "x", "The token is none.");
    refuses(tokens, new PlainJWT(ann().build()).serialize(), "The token is none.");
    String other = "another secret of enough characters";
    refuses(tokens, sign(JWSAlgorithm.HS256, new MACSigner(other), ann().build()), NOT_OURS);
    String token = signed(ann().build());
    refuses(tokens, token.substring(0, token.length() - 4) + "AAAA", NOT_OURS);
    // The public key as a secret, which everybody knows.
    KeyPair rsa = rsa();
    String pem = pem(rsa.getPublic());
    String confused = sign(JWSAlgorithm.HS256, new MACSigner(pem.getBytes(UTF_8)), ann().build());
    refuses(Tokens.ofPublicKey(pem, false, null), confused, NOT_OURS);
    String longer = sign(JWSAlgorithm.HS512, new MACSigner(SECRET + SECRET), ann().build());
    refuses(Tokens.ofSecret(SECRET + SECRET, false, null), longer, NOT_OURS);
  }

  @Test
  void claimsAreLookedAt() throws Exception {
    JWTClaimsSet.Builder old =
        ann().expirationTime(Date.from(Instant.parse("2020-01-01T00:00:00Z")));
    refuses(tokens, signed(old.build()), "The token is not valid: Expired JWT.");
    String endless = signed(new JWTClaimsSet.Builder().subject("ann").build());
    assertThatThrownBy(() -> tokens.access(endless)).isInstanceOf(Refused.class);
    Tokens ofAsh = Tokens.ofSecret(SECRET, false, "ash");
    assertThat(ofAsh.access(signed(ann().issuer("ash").build())).name()).isEqualTo("ann");
    String ofBirch = signed(ann().issuer("birch").build());
    assertThatThrownBy(() -> ofAsh.access(ofBirch)).isInstanceOf(Refused.class);
  }

  @Test
  void withoutAToken() throws Exception {
    refuses(tokens, null, "A token is needed.");
    assertThat(Tokens.ofSecret(SECRET, true, null).access(null)).isEqualTo(Access.WIDGET);
    assertThat(Tokens.NONE.access(null)).isEqualTo(Access.ALL);
    assertThat(Tokens.NONE.access("anything")).isEqualTo(Access.ALL);
  }
}
