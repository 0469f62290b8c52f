package io.holdfast.config;

import io.holdfast.config.source.Place;
import io.holdfast.config.source.Problems;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.TreePath;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Options that flags and the environment may set; flags beat the environment, which beats the file.
 */
final class Overrides {

  /** What {@code HOLDFAST_…} variables reach, by path in the file; flags reach everything. */
  static final Set<String> PATHS =
      Set.of(
          "admin.bind",
          "admin.enabled",
          "admin.token",
          "logs.access",
          "logs.format",
          "logs.level",
          "shutdown.deadline",
          "shutdown.readinessDelay",
          "transport");

  private Overrides() {}

  /** {@code admin.bind} is {@code HOLDFAST_ADMIN_BIND}. */
  static String variable(String path) {
    return "HOLDFAST_"
        + path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * The document with what flags and the environment say in place of its own.
   *
   * @param flags by path in the file
   * @param problems takes paths that lead nowhere
   */
  static Tree apply(
      Tree document,
      Map<String, String> flags,
      Map<String, String> environment,
      Problems problems) {
    Tree tree = document;
    for (String path : PATHS) {
      String text = environment.getOrDefault(variable(path), "");
      if (!text.isEmpty()) {
        tree = set(tree, path, new Tree.Scalar(Place.of(variable(path)), text, false), problems);
      }
    }
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      String path = flag.getKey();
      // The flag that is short for it is the likelier one.
      Place place = Place.of(path.equals("admin.bind") ? "--admin" : "--set " + path);
      tree = set(tree, path, new Tree.Scalar(place, flag.getValue(), false), problems);
    }
    return tree;
  }

  private static Tree set(Tree tree, String path, Tree.Scalar value, Problems problems) {
    try {
      return TreePath.set(tree, path, value);
    } catch (IllegalArgumentException e) {
      problems.error(value.place(), path, String.valueOf(e.getMessage()));
      return tree;
    }
  }
}
