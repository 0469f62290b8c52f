package io.holdfast.config.source;

import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where something was written.
 *
 * @param source the file as the user named it, a flag, or an environment variable
 * @param line from 1; 0 where lines mean nothing
 * @param column from 1; 0 where columns mean nothing
 */
public record Place(String source, int line, int column) {

  /** A place that has no lines, such as a flag. */
  public static Place of(String source) {
    return new Place(source, 0, 0);
  }

  static Place at(String source, Mark mark) {
    return new Place(source, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** {@code file:line:column}, or the source alone. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
