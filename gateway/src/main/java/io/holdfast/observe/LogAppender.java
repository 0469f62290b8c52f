package io.holdfast.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.holdfast.model.Logs;
import java.io.OutputStream;

/**
 * Takes the events of the gateway's own log. Until {@link #toOutput} is called they go to standard
 * error at once, so that a command's standard output stays its own; from then on they queue for
 * standard output, and a caller never waits.
 */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

  private static final int CAPACITY = 8_192;

  private volatile Target target = new Direct();

  /** Writes to {@code out} from now on. */
  void toOutput(OutputStream out, Logs.Format format) {
    target =
        new Queued(
            new LineQueue<>(
                format == Logs.Format.JSON ? EventFormats::json : EventFormats::text,
                out,
                CAPACITY,
                0));
  }

  /** Writes to standard error from now on, as before the first {@link #toOutput}. */
  void toStandardError() {
    target = new Direct();
  }

  @Override
  protected void append(ILoggingEvent event) {
    target.accept(event);
  }

  private sealed interface Target {
    void accept(ILoggingEvent event);
  }

  private record Direct() implements Target {
    @Override
    public void accept(ILoggingEvent event) {
      System.err.writeBytes(EventFormats.text(event));
    }
  }

  private record Queued(LineQueue<ILoggingEvent> queue) implements Target {
    @Override
    public void accept(ILoggingEvent event) {
      event.prepareForDeferredProcessing();
      queue.offer(event);
    }
  }
}
