package io.holdfast.observe;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The pieces that lines of text are made of. */
final class Lines {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Lines() {}

  /** UTC with milliseconds (RFC 3339). */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  static void time(StringBuilder line, Instant instant) {
    TIME.formatTo(instant, line);
  }

  /** A value without spaces or control characters, so that nobody can forge a pair or a line. */
  static void word(StringBuilder line, String value) {
    if (value.isEmpty()) {
      line.append('-');
    }
    escape(line, value, ' ');
  }

  static void quoted(StringBuilder line, String value) {
    line.append('"');
    escape(line, value, '"');
    line.append('"');
  }

  /** A message of ours; further lines of it are indented, so that none looks like an entry. */
  static void message(StringBuilder line, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n') {
        line.append("\n    ");
      } else if (Character.isISOControl(c) && c != '\t') {
        unicode(line, c);
      } else {
        line.append(c);
      }
    }
  }

  static byte[] bytes(CharSequence line) {
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void escape(StringBuilder line, String value, char special) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == special || c == '\\' || Character.isISOControl(c) || c > 0x7e) {
        unicode(line, c);
      } else {
        line.append(c);
      }
    }
  }

  private static void unicode(StringBuilder line, char c) {
    line.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      line.append(Character.forDigit(c >> shift & 0xf, 16));
    }
  }
}
