package io.holdfast.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads private keys from PEM files: PKCS#8, PKCS#1 and SEC1, RSA or EC, without a password. */
final class PrivateKeys {

  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  private PrivateKeys() {}

  /**
   * The first private key of a file.
   *
   * @throws TlsException if it holds none that can be used
   */
  static PrivateKey read(Path file) {
    for (Pem.Block block : Pem.read(file, "key")) {
      if (block.encrypted() && block.label().endsWith("PRIVATE KEY")) {
        throw new TlsException(
            "The key in "
                + file
                + " is encrypted; expected one without a password (openssl pkey -in FILE removes"
                + " it).");
      }
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return parse(block.der(), file);
        }
        case "RSA PRIVATE KEY" -> {
          return parse(Der.fromPkcs1(block.der()), file);
        }
        case "EC PRIVATE KEY" -> {
          return parse(Der.fromSec1(block.der()), file);
        }
        default -> {}
      }
    }
    throw new TlsException(
        "The key file "
            + file
            + " holds no private key; expected PEM with -----BEGIN PRIVATE KEY-----.");
  }

  /** Whether what {@code secret} signs is what {@code open} verifies. */
  static boolean match(PrivateKey secret, PublicKey open) {
    if (!secret.getAlgorithm().equals(open.getAlgorithm())) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              secret.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      byte[] probe = {1, 2, 3};
      signature.initSign(secret);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PrivateKey parse(byte @Nullable [] pkcs8, Path file) {
    if (pkcs8 != null) {
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException e) {
          // Perhaps the next algorithm.
        } catch (GeneralSecurityException e) {
          throw new TlsException("The key in " + file + " cannot be used: " + e.getMessage(), e);
        }
      }
    }
    throw new TlsException(
        "The key in "
            + file
            + " is damaged or of an unknown kind; expected RSA or EC as PKCS#8, PKCS#1 or SEC1.");
  }
}
