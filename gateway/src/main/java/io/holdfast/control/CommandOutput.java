package io.holdfast.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a command prints, told line by line until it is closed. It is a file and no pipe: a server
 * that the command leaves running must be able to print when nobody reads any more, be it that the
 * gateway has ended. Such a one keeps the file.
 */
final class CommandOutput implements AutoCloseable {
  private static final int LOOK_MILLIS = 50;
  private static final Path PROCESSES = Path.of("/proc");

  private final Path file;
  private final InputStream in;
  private final Consumer<String> lines;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread reader;

  private CommandOutput(Path file, InputStream in, Consumer<String> lines) {
    this.file = file;
    this.in = in;
    this.lines = lines;
    this.reader = Thread.ofVirtual().name("command-output").start(this::read);
  }

  /**
   * Begins.
   *
   * @param lines gets each line, in another thread
   */
  static CommandOutput begin(Consumer<String> lines) throws IOException {
    Path file = Files.createTempFile("holdfast-command-", ".log").toRealPath();
    return new CommandOutput(file, Files.newInputStream(file), lines);
  }

  ProcessBuilder.Redirect target() {
    return ProcessBuilder.Redirect.appendTo(file.toFile());
  }

  private void read() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean last;
    try (in) {
      do {
        last = closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        for (byte next : in.readAllBytes()) {
          if (next == '\n') {
            tell(line);
          } else {
            line.write(next);
          }
        }
      } while (!last);
      if (line.size() > 0) {
        tell(line);
      }
    } catch (IOException e) {
      lines.accept("(no more of its output: " + e.getMessage() + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(ByteArrayOutputStream line) {
    lines.accept(line.toString(UTF_8));
    line.reset();
  }

  /** Returns when all that was printed by now is told. */
  @Override
  public void close() throws IOException {
    closing.countDown();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (isHeld()) {
      lines.accept("(what it has left running prints to " + file + " from now on)");
    } else {
      Files.deleteIfExists(file);
    }
  }

  /** Whether a process of this user has the file open. */
  private boolean isHeld() {
    try (Stream<Path> processes = Files.list(PROCESSES)) {
      return processes
          .map(process -> process.resolve("fd"))
          .filter(Files::isReadable)
          .anyMatch(this::isAmong);
    } catch (IOException e) {
      return false; // on other systems
    }
  }

  private boolean isAmong(Path descriptors) {
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.anyMatch(this::leadsHere);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private boolean leadsHere(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
