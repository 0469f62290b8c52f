package io.holdfast.loadtest.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.loadtest.wire.CloseCodes;

/** What one line of standard input asks for. */
sealed interface InputLine {

  /** Send {@code text}. */
  record Message(String text) implements InputLine {}

  /** {@code /ping [TEXT]}. */
  record Ping(String text) implements InputLine {}

  /** {@code /close [CODE [REASON]]}; code 0 is a Close without one. */
  record Close(int code, String reason) implements InputLine {}

  /** A command that cannot be carried out, with a sentence that says why. */
  record Wrong(String why) implements InputLine {}

  /** Reads a line; with {@code raw} every line is a message. */
  static InputLine parse(String line, boolean raw) {
    String[] words = line.split(" ", 3);
    if (raw) {
      return new Message(line);
    }
    return switch (words[0]) {
      case "/ping" -> ping(line.substring(Math.min(line.length(), "/ping ".length())));
      case "/close" -> close(words);
      default -> new Message(line.startsWith("//") ? line.substring(1) : line);
    };
  }

  private static InputLine ping(String text) {
    return text.getBytes(UTF_8).length <= 125
        ? new Ping(text)
        : new Wrong("a Ping carries at most 125 bytes");
  }

  private static InputLine close(String[] words) {
    if (words.length == 1 || words[1].isEmpty()) {
      return new Close(0, "");
    }
    int code = words[1].matches("\\d{4}") ? Integer.parseInt(words[1]) : -1;
    if (!CloseCodes.mayBeSent(code)) {
      return new Wrong(
          "'"
              + words[1]
              + "' is no close code; expected 1000 to 1014 (not 1004 to 1006) or 3000 to 4999");
    }
    return new Close(code, words.length == 3 ? words[2] : "");
  }
}
