package io.holdfast.tls;

/**
 * A certificate or key that cannot be used. The message is one sentence for the user: it names the
 * file, what is wrong with it, and what was expected.
 */
public final class TlsException extends RuntimeException {

  public TlsException(String message) {
    super(message);
  }

  public TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
