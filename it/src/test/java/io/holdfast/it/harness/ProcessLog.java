package io.holdfast.it.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** The lines that a process has written so far, also kept in a file for later. Thread-safe. */
public final class ProcessLog {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TAIL = 60;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final BufferedReader from;
  private final Path file;
  private final Thread reader;

  /**
   * A log that is read from {@code from} to its end.
   *
   * @param pid for the file's name
   */
  ProcessLog(String name, long pid, BufferedReader from) throws IOException {
    this.from = from;
    Path folder = Path.of(Objects.requireNonNull(System.getProperty("holdfast.logs")));
    Files.createDirectories(folder);
    file = folder.resolve(name + "-" + pid + "-" + COUNT.incrementAndGet() + ".log");
    reader = Thread.ofPlatform().name("log of " + name).daemon().start(this::read);
  }

  private void read() {
    try (from;
        BufferedWriter to = Files.newBufferedWriter(file)) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        lines.add(line);
        to.write(line);
        to.newLine();
      }
    } catch (IOException e) {
      lines.add("(the log could not be read: " + e.getMessage() + ")");
    }
  }

  /** Everything so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines that {@code regex} is found in. */
  public List<String> matching(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return lines.stream().filter(line -> pattern.matcher(line).find()).toList();
  }

  /** As {@link #await(String, int)} with the first such line. */
  public Matcher await(String regex) {
    return await(regex, 1);
  }

  /**
   * Waits for a line.
   *
   * @param regex what is found in it
   * @param nth 1 for the first such line
   * @return the match, with its groups
   * @throws AssertionError when 30 s pass, or the process ends, without it
   */
  public Matcher await(String regex, int nth) {
    Pattern pattern = Pattern.compile(regex);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> find(pattern, nth) != null || !reader.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no line matches " + regex + " in time:\n" + tail(), e);
    }
    Matcher found = find(pattern, nth);
    if (found == null) {
      throw new AssertionError("the process ended, and no line matches " + regex + ":\n" + tail());
    }
    return found;
  }

  private @Nullable Matcher find(Pattern pattern, int nth) {
    int seen = 0;
    for (String line : lines) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find() && ++seen == nth) {
        return matcher;
      }
    }
    return null;
  }

  /** The last lines, for messages. */
  public String tail() {
    List<String> all = lines();
    return String.join("\n", all.subList(Math.max(0, all.size() - TAIL), all.size()));
  }

  /** Waits until the process has written its last line. */
  void awaitEnd() throws InterruptedException {
    reader.join(PATIENCE);
  }
}
