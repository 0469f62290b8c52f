package io.holdfast.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays a scenario in more processes than one, each of which plays its share and writes a line of
 * JSON for each second.
 */
final class Workers implements Players {
  /** What a worker writes when it is ready, and is told when all are. */
  static final String READY = "ready";

  private static final long PATIENCE_SECONDS = 30;

  private final List<Process> processes = new ArrayList<>();
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();

  /** What one of them has written; null at its end. */
  private record Line(int from, @Nullable String text) {}

  /**
   * Starts them, and returns when all are ready.
   *
   * @param commands of each
   * @throws IOException when one cannot be started, or ends at once
   */
  Workers(List<List<String>> commands) throws IOException, InterruptedException {
    for (List<String> command : commands) {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      int number = processes.size();
      processes.add(process);
      Thread.ofVirtual().start(() -> read(number, process));
    }
    for (int ready = 0; ready < processes.size(); ready++) {
      Line line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || !READY.equals(line.text())) {
        processes.forEach(Process::destroyForcibly);
        throw new IOException("a worker process did not start");
      }
    }
  }

  private void read(int number, Process process) {
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      reader.lines().forEach(text -> lines.add(new Line(number, text)));
    } catch (IOException | UncheckedIOException e) {
      // It has ended, which is told below.
    }
    lines.add(new Line(number, null));
  }

  @Override
  public void play(Consumer<Second> listener) throws InterruptedException {
    tellAll("go");
    Map<Integer, Second> sums = new TreeMap<>();
    Map<Integer, Integer> counts = new TreeMap<>();
    int running = processes.size();
    while (running > 0) {
      Line line = lines.take();
      if (line.text() == null) {
        running--;
        continue;
      }
      Second second = Second.of(JsonMapper.shared().readTree(line.text()));
      sums.merge(second.index(), second, Second::plus);
      if (counts.merge(second.index(), 1, Integer::sum) == processes.size()) {
        listener.accept(sums.remove(second.index()));
      }
    }
    // Where one has ended before the others, its part is not there.
    sums.values().forEach(listener);
  }

  /** How many have not ended in order. */
  long failed() throws InterruptedException {
    long failed = 0;
    for (Process process : processes) {
      failed += process.waitFor() == 0 ? 0 : 1;
    }
    return failed;
  }

  @Override
  public void stop() {
    tellAll("stop");
  }

  private void tellAll(String word) {
    for (Process process : processes) {
      try {
        OutputStream out = process.getOutputStream();
        out.write((word + "\n").getBytes(UTF_8));
        out.flush();
      } catch (IOException e) {
        // It has ended, and play() learns of it.
      }
    }
  }
}
