package io.holdfast.control;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Signs affinity cookies of services without a secret of their own; outlives the process if it may.
 */
public final class Secret {
  private static final String FILE = "secret";
  private static final int BYTES = 32;

  private Secret() {}

  /** The one in the folder, or a new one, which is put there. */
  public static String of(StateFolder state) {
    @Nullable String kept = state.load(FILE, Secret::read);
    if (kept != null) {
      return kept;
    }
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    String fresh = HexFormat.of().formatHex(bytes);
    state.save(FILE, fresh + "\n");
    return fresh;
  }

  private static String read(String text) {
    String secret = text.strip();
    if (!secret.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("expected 64 hex digits"); // and never what stands there
    }
    return secret;
  }
}
