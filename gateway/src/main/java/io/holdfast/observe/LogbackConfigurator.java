package io.holdfast.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What Logback finds when the first logger is asked for: warnings to standard error, and no search
 * for XML files. {@link Logging#configure} goes on from there.
 */
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {

  static final String APPENDER = "holdfast";

  /** Found by the service loader. */
  public LogbackConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogAppender appender = new LogAppender();
    appender.setContext(context);
    appender.setName(APPENDER);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
