package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link FileWatch} by its clock of a second, with a file that is a string. */
class FileWatchTest {
  private volatile String content = "";
  private volatile String loaded = "";

  /** What it read, in its own words. */
  private final List<String> changes = new CopyOnWriteArrayList<>();

  private volatile boolean shut;
  private final AtomicInteger looks = new AtomicInteger();

  private final ConfigSource source =
      new ConfigSource() {
        @Override
        public Loaded load() {
          throw new AssertionError("the watch does not load");
        }

        @Override
        public Path file() {
          return Path.of("holdfast.yaml");
        }

        @Override
        public byte[] content() {
          looks.incrementAndGet();
          return content.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] loaded() {
          return loaded.getBytes(StandardCharsets.UTF_8);
        }
      };

  private FileWatch watch() {
    return new FileWatch(
        source,
        () -> {
          String now = content;
          changes.add(now);
          loaded = shut ? loaded : now;
        });
  }

  @Test
  void whatChangedBetweenTheLoadAndTheWatchIsAChange() {
    loaded = "one";
    content = "two";
    try (FileWatch _ = watch()) {
      await().until(() -> !changes.isEmpty());
      content = "three";
      await().until(() -> changes.size() > 1);
    }
    assertThat(changes)
        .as("each once, and nothing of what was loaded")
        .containsExactly("two", "three");
  }

  @Test
  void aFileThatIsAwayIsNoChangeAndOneThatCouldNotBeReadYetStaysOne() {
    loaded = "one";
    shut = true;
    try (FileWatch _ = watch()) {
      await().until(() -> looks.get() > 3);
      assertThat(changes).as("while it is away").isEmpty();
      content = "two";
      await().until(() -> changes.size() > 1);
      shut = false;
      await().until(() -> loaded.equals("two"));
    }
    assertThat(changes).containsOnly("two");
  }
}
