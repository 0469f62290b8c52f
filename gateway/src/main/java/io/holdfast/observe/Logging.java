package io.holdfast.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.holdfast.model.Logs;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own log and its access log, both on standard output, a line at a time. Without a
 * call of {@link #configure}, warnings go to standard error, as commands want it. The own log is
 * one for the process; access logs are one per gateway.
 */
public final class Logging {

  private Logging() {}

  /**
   * Sends the gateway's own log to standard output with the given level and format. May be called
   * again at any time, such as after a reload. At {@code DEBUG}, Netty still starts at {@code
   * INFO}.
   */
  public static void configure(Logs logs) {
    configure(logs, System.out);
  }

  static void configure(Logs logs, OutputStream out) {
    Level level =
        switch (logs.level()) {
          case DEBUG -> Level.DEBUG;
          case INFO -> Level.INFO;
          case WARN -> Level.WARN;
          case ERROR -> Level.ERROR;
        };
    logger("io.netty").setLevel(level == Level.DEBUG ? Level.INFO : level);
    root().setLevel(level);
    appender().toOutput(out, logs.format());
  }

  /**
   * A new access log on standard output.
   *
   * @param logs read for each entry, so that a reload can change the format or switch it off
   * @param meters where dropped entries are counted
   */
  public static AccessLog accessLog(Supplier<Logs> logs, Meters meters) {
    return new QueuedAccessLog(logs, meters, System.out);
  }

  /**
   * Waits until all that was logged so far is written, at most two seconds: to be called last,
   * before the process ends.
   */
  public static void flush() {
    LineQueue.flush(2_000);
  }

  /** Undoes {@link #configure}. */
  static void reset() {
    logger("io.netty").setLevel(null);
    root().setLevel(Level.WARN);
    appender().toStandardError();
  }

  private static LogAppender appender() {
    return (LogAppender) root().getAppender(LogbackConfigurator.APPENDER);
  }

  private static Logger root() {
    return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
