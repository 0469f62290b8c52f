package io.holdfast.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Calls when a file's content changes. Looks once a second instead of asking the kernel: that sees
 * editors that rename, symbolic links that turn (Kubernetes), and network file systems alike.
 */
final class FileWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Path file;
  private final BooleanSupplier onChange;
  private final Thread thread;

  /**
   * Watches from now on.
   *
   * @param onChange false when it is to be called again in a second
   */
  FileWatch(Path file, BooleanSupplier onChange) {
    this.file = file;
    this.onChange = onChange;
    byte[] first = read();
    this.thread = Thread.ofVirtual().name("config-watch").start(() -> watch(first));
  }

  private void watch(byte[] first) {
    byte[] known = first;
    byte[] seen = first;
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        byte[] now = read();
        // Twice the same: nobody is in the middle of writing it.
        if (Arrays.equals(now, seen) && !Arrays.equals(now, known) && now.length > 0) {
          known = onChange.getAsBoolean() ? now : known;
        }
        seen = now;
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Empty while there is no such file, as between two steps of a replacement. */
  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
