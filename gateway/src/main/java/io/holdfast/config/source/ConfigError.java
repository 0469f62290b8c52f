package io.holdfast.config.source;

/**
 * One thing that is wrong, or worth a warning, in the configuration.
 *
 * @param place where it was written
 * @param path of the option, such as {@code services.chat.backends[1].weight}; empty for the whole
 * @param problem what was found and what was expected; never holds a secret
 */
public record ConfigError(Place place, String path, String problem) {

  /** The whole sentence: place, path, problem. */
  public String message() {
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + problem;
  }

  @Override
  public String toString() {
    return message();
  }
}
