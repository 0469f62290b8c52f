package io.holdfast.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small files that outlive the process, each whole or not at all; only their owner may read them.
 * Without a folder nothing is kept. Thread-safe.
 */
public final class StateFolder {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

  private final @Nullable Path folder;
  private boolean left;

  /** A folder, made when first written to; null for none. */
  public StateFolder(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Whether there is a folder. */
  public boolean keeps() {
    return folder != null;
  }

  /** Writes no more, for it belongs to another process from now on. */
  public synchronized void leave() {
    left = true;
  }

  /** Reads one kind of file. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Makes something of the text.
     *
     * @throws IllegalArgumentException when it is damaged, with what is wrong
     */
    T read(String text);
  }

  /**
   * What the file says. One that is damaged is set aside under another name, with a warning.
   *
   * @return null when there is none, or it is of no use
   */
  public synchronized <T> @Nullable T load(String name, Reader<T> reader) {
    if (folder == null) {
      return null;
    }
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return reader.read(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      setAside(file, e);
      return null;
    }
  }

  private static void setAside(Path file, Exception why) {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + System.currentTimeMillis());
    try {
      Files.move(file, aside);
      LOG.warn("state: {} is damaged and is now {} ({})", file, aside, why.toString());
    } catch (IOException e) {
      LOG.warn("state: {} cannot be used ({}), nor moved away ({})", file, why, e.toString());
    }
  }

  /**
   * Writes the file anew, or keeps the old one and logs why.
   *
   * @return whether it is written; true as well when there is no folder, or it was left
   */
  public synchronized boolean save(String name, String text) {
    if (folder == null || left) {
      return true;
    }
    try {
      Files.createDirectories(folder);
      Path fresh = folder.resolve(name + ".new");
      Files.deleteIfExists(fresh);
      // Nobody else may read it, not even for a moment.
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      // An interrupt would close a channel, and leave half a file.
      try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
        out.write(text.getBytes(UTF_8));
        out.getFD().sync();
      }
      Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      LOG.error(
          "state: {} cannot be written, and will not outlive this process",
          folder.resolve(name),
          e);
      return false;
    }
  }
}
