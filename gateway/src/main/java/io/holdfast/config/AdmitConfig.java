package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Size;
import io.holdfast.model.MessageLimits;

/** {@code admit} of a route. */
record AdmitConfig(
    @Option(
            value =
                "Payload of one frame that a client sends. More ends the relay with 1009. Frames"
                    + " stream through, so a large one costs us no memory; the bound protects"
                    + " backends.",
            zero = "no limit")
        Size maxFrame,
    @Option(
            value =
                "Payload of one message that a client sends, over all its fragments, as sent"
                    + " (compressed). More ends the relay with 1009.",
            zero = "no limit")
        Size maxMessage) {

  static AdmitConfig read(Section in) {
    AdmitConfig admit =
        new AdmitConfig(
            in.value("maxFrame", "off", Parsers::sizeOrOff),
            in.value("maxMessage", "off", Parsers::sizeOrOff));
    if (admit.maxMessage.bytes() > 0 && admit.maxFrame.bytes() > admit.maxMessage.bytes()) {
      in.error("maxFrame", "a frame is never larger than its message; expected at most maxMessage");
    }
    return admit;
  }

  MessageLimits compile() {
    return new MessageLimits(maxFrame.bytes(), maxMessage.bytes());
  }
}
