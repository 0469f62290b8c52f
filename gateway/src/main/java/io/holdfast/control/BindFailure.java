package io.holdfast.control;

import io.holdfast.model.Listener;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** A listener could not be bound. */
public final class BindFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BindFailure(Listener listener, @Nullable Throwable cause) {
    super(sentence(listener, why(cause)), cause);
  }

  BindFailure(Listener listener, String why) {
    super(sentence(listener, why));
  }

  private static String sentence(Listener listener, String why) {
    return "cannot listen on %s:%d: %s".formatted(listener.host(), listener.port(), why);
  }

  /** Why binding failed, in words for the user. */
  public static String why(@Nullable Throwable cause) {
    if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
      return "the host is not known";
    }
    String message = cause == null ? "unknown reason" : String.valueOf(cause.getMessage());
    if (message.contains("in use")) {
      return "the address is in use by another process";
    }
    if (message.contains("ermission denied")) {
      return "permission denied (ports below 1024 need root or CAP_NET_BIND_SERVICE)";
    }
    if (message.contains("assign requested address")) {
      return "this machine has no such address";
    }
    return message;
  }
}
