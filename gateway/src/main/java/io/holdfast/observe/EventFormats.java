package io.holdfast.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import org.jspecify.annotations.Nullable;

/** An event of the gateway's own log as text or as a line of JSON. */
final class EventFormats {

  private EventFormats() {}

  /**
   * Time, level, last part of the logger's name, message; a stack trace follows on its own lines.
   */
  static byte[] text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    Lines.time(line, event.getInstant());
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(Math.max(1, 6 - level.length())));
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    Lines.message(line, event.getFormattedMessage());
    line.append('\n');
    String trace = trace(event);
    if (trace != null) {
      line.append(trace);
    }
    return Lines.bytes(line);
  }

  /**
   * Keys {@code timestamp, type, level, logger, thread, message} and, if any, {@code exception}.
   */
  static byte[] json(ILoggingEvent event) {
    return JsonLine.of(json -> {
      json.writeStringProperty("timestamp", Lines.time(event.getInstant()));
      json.writeStringProperty("type", "log");
      json.writeStringProperty("level", event.getLevel().toString());
      json.writeStringProperty("logger", event.getLoggerName());
      json.writeStringProperty("thread", event.getThreadName());
      json.writeStringProperty("message", event.getFormattedMessage());
      String trace = trace(event);
      if (trace != null) {
        json.writeStringProperty("exception", trace);
      }
    });
  }

  private static @Nullable String trace(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return thrown == null ? null : ThrowableProxyUtil.asString(thrown);
  }
}
