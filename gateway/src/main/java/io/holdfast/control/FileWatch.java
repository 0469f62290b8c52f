package io.holdfast.control;

import java.time.Duration;
import java.util.Arrays;

/**
 * Calls when a configuration's file is not what was loaded last. Looks once a second instead of
 * asking the kernel: that sees editors that rename, symbolic links that turn (Kubernetes), and
 * network file systems alike.
 */
final class FileWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ConfigSource source;
  private final Runnable onChange;
  private final Thread thread;

  /**
   * Watches from now on.
   *
   * @param onChange called while the file is not what was loaded last, once a second
   */
  FileWatch(ConfigSource source, Runnable onChange) {
    this.source = source;
    this.onChange = onChange;
    this.thread = Thread.ofVirtual().name("config-watch").start(this::watch);
  }

  private void watch() {
    byte[] seen = source.content();
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        byte[] now = source.content();
        // Twice the same: nobody is in the middle of writing it.
        if (Arrays.equals(now, seen) && !Arrays.equals(now, source.loaded()) && now.length > 0) {
          onChange.run();
        }
        seen = now;
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
