package io.holdfast.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where relative file names start: the folder of the config file.
 *
 * @param path may be empty for the working directory
 */
record Folder(Path path) {

  static Folder of(Path file) {
    Path parent = file.getParent();
    return new Folder(parent == null ? Path.of("") : parent);
  }

  /** A file that is there and can be read. */
  Path readable(String text) {
    try {
      Path file = path.resolve(text);
      if (!text.isEmpty() && Files.isRegularFile(file) && Files.isReadable(file)) {
        return file;
      }
      throw new IllegalArgumentException(
          "expected a readable file; " + (text.isEmpty() ? "none is named" : whatIs(file)));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected a file name", e);
    }
  }

  /** A folder that is there or can be made. */
  Path directory(String text) {
    try {
      Path folder = path.resolve(text);
      boolean there = Files.isDirectory(folder) && Files.isWritable(folder);
      if (!text.isEmpty() && (there || !Files.exists(folder))) {
        return folder;
      }
      throw new IllegalArgumentException(
          "expected a folder that can be written to, or a name for a new one");
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected the name of a folder", e);
    }
  }

  private static String whatIs(Path file) {
    if (Files.isDirectory(file)) {
      return file + " is a directory";
    }
    return Files.exists(file) ? "this user may not read " + file : "there is none at " + file;
  }
}
