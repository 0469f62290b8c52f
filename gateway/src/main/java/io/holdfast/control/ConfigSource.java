package io.holdfast.control;

import io.holdfast.model.Snapshot;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the configuration comes from, asked at start and at each reload. May block. */
public interface ConfigSource {
  /**
   * A configuration without errors.
   *
   * @param warnings what is probably not meant, a sentence each
   */
  record Loaded(Snapshot snapshot, List<String> warnings) {

    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Reads it.
   *
   * @throws ConfigRejected with all that is wrong
   */
  Loaded load() throws ConfigRejected;

  /** The file whose changes are a reload; null for none. */
  @Nullable Path file();

  /** What is in the file now; empty while there is none, as between two steps of a replacement. */
  default byte[] content() {
    return new byte[0];
  }

  /** What was in the file when {@link #load} last began. */
  default byte[] loaded() {
    return new byte[0];
  }
}
