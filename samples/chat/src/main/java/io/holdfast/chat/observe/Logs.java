package io.holdfast.chat.observe;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.TimeBasedRollingPolicy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log: a line of JSON for each event. */
public final class Logs {
  /** What {@code LOG_LEVEL} may be. */
  public static final List<String> LEVELS = List.of("debug", "info", "warn", "error");

  private static final String OURS = "io.holdfast.chat";
  private static final int DAYS = 14;
  private static final int DAYS_OF_ERRORS = 30;
  private static final int QUEUE = 8192;

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

  private Logs() {}

  /**
   * Begins to log. Nobody waits for a disk or a reader: what is too much is dropped, the least
   * important first.
   *
   * @param level one of {@link #LEVELS}, of what is told of this server; of libraries, warnings
   * @param folder for {@code chat.log}, a file a day for 14 days, and {@code error.log} with errors
   *     alone, for 30; null for standard error
   */
  public static void start(String level, @Nullable Path folder) {
    Logs logs = new Logs();
    ch.qos.logback.classic.Logger root = logs.context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.WARN);
    logs.context.getLogger(OURS).setLevel(Level.toLevel(level));
    if (folder == null) {
      ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
      console.setTarget("System.err");
      root.addAppender(logs.behindQueue(logs.begin(console)));
    } else {
      root.addAppender(logs.behindQueue(logs.file(folder, "chat", DAYS)));
      RollingFileAppender<ILoggingEvent> errors = logs.file(folder, "error", DAYS_OF_ERRORS);
      ThresholdFilter filter = new ThresholdFilter();
      filter.setLevel("ERROR");
      filter.start();
      errors.addFilter(filter);
      root.addAppender(logs.behindQueue(errors));
    }
  }

  private <A extends OutputStreamAppender<ILoggingEvent>> A begin(A appender) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private RollingFileAppender<ILoggingEvent> file(Path folder, String name, int days) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(folder.resolve(name + ".log").toString());
    TimeBasedRollingPolicy<ILoggingEvent> policy = new TimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(folder.resolve(name + ".%d{yyyy-MM-dd}.log").toString());
    policy.setMaxHistory(days);
    policy.start();
    appender.setRollingPolicy(policy);
    return begin(appender);
  }

  private AsyncAppender behindQueue(OutputStreamAppender<ILoggingEvent> appender) {
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUE);
    queue.setNeverBlock(true);
    queue.addAppender(appender);
    queue.start();
    return queue;
  }

  /** Writes what is still to be written. */
  public static void stop() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }
}
