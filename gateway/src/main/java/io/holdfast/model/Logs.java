package io.holdfast.model;

/**
 * What is written to standard output.
 *
 * @param level of the gateway's own log
 * @param format of the gateway's own log
 * @param access format of the access log
 */
public record Logs(Level level, Format format, AccessFormat access) {

  /** The least severe entries that are written. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** How an entry of the gateway's own log looks. */
  public enum Format {
    TEXT,
    JSON
  }

  /** How an access entry looks. */
  public enum AccessFormat {
    OFF,
    TEXT,
    JSON
  }
}
