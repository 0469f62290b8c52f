package io.holdfast.control;

import java.util.List;

/** What came of a reload. */
public sealed interface ReloadOutcome {

  /**
   * The new configuration is in force.
   *
   * @param changes what is different now, a sentence each; empty if nothing is
   */
  record Applied(List<String> changes) implements ReloadOutcome {

    public Applied {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The old configuration stays in force.
   *
   * @param errors everything that is wrong with the new one, at least one
   */
  record Refused(List<Problem> errors) implements ReloadOutcome {

    public Refused {
      errors = List.copyOf(errors);
    }
  }

  /**
   * One thing that is wrong with a configuration.
   *
   * @param file as the user named it
   * @param line from 1; 0 where lines mean nothing
   * @param column from 1; 0 where columns mean nothing
   * @param path of the option; empty for the whole file
   * @param message what was found and what was expected
   */
  record Problem(String file, int line, int column, String path, String message) {

    /** The whole sentence: place, path, message. */
    public String sentence() {
      return file
          + (line == 0 ? "" : ":" + line + ":" + column)
          + ": "
          + (path.isEmpty() ? "" : path + ": ")
          + message;
    }
  }
}
