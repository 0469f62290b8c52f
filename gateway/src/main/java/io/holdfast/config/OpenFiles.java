package io.holdfast.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files, sockets among them, this process may have open. */
final class OpenFiles {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LINE = Pattern.compile("Max open files\\s+(\\d{1,18})\\s.*");

  private OpenFiles() {}

  /** The soft limit (RLIMIT_NOFILE); 0 where there is none or it is not known. Reads a file. */
  static long limit() {
    try {
      return limit(Files.readAllLines(LIMITS));
    } catch (IOException e) {
      // No Linux.
      return 0;
    }
  }

  static long limit(List<String> lines) {
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        return Long.parseLong(matcher.group(1));
      }
    }
    return 0;
  }
}
