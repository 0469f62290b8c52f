package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Admin;
import org.jspecify.annotations.Nullable;

/** {@code admin}. */
record AdminConfig(
    @Option("Host and port of the admin listener. Any other than loopback needs a `token`.")
        Address bind,
    @Option(
            value =
                "What callers must send as `Authorization: Bearer`. Empty is the same as none."
                    + " Best taken from the environment: `${HOLDFAST_ADMIN_TOKEN:}`.",
            otherwise = "none, which is allowed on loopback only")
        @Nullable String token,
    @Option("Whether there is an admin listener at all.") boolean enabled) {

  static AdminConfig read(Section in) {
    String token = in.secret("token", AdminConfig::sendable);
    AdminConfig admin =
        new AdminConfig(
            in.value("bind", "127.0.0.1:9900", Address::bind),
            token == null || token.isEmpty() ? null : token,
            in.value("enabled", "true", Parsers::flag));
    if (admin.enabled && admin.token == null && !admin.bind.isLoopback()) {
      in.error("bind", admin.bind + " is not loopback; expected a token beside it");
    }
    return admin;
  }

  /** What a header can carry as it is: else nobody could ever send it. */
  private static String sendable(String text) {
    if (!text.matches("[!-~]([ -~]*[!-~])?|")) {
      throw new IllegalArgumentException(
          "expected ASCII without control characters, line ends or blanks at its ends");
    }
    return text;
  }

  Admin compile() {
    return new Admin(enabled, bind.host(), bind.port(), token);
  }

  /** Without the token, so that it gets into no log. */
  @Override
  public String toString() {
    return "AdminConfig[bind=%s, enabled=%s]".formatted(bind, enabled);
  }
}
