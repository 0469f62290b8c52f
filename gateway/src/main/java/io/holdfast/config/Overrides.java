package io.holdfast.config;

import io.holdfast.config.source.Place;
import io.holdfast.config.source.Tree;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Options that flags and the environment may set; flags beat the environment, which beats the file.
 */
final class Overrides {

  /** What flags and {@code HOLDFAST_…} variables reach, by path in the file. */
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

  /** {@code admin.bind} is {@code --admin-bind}. */
  static String flag(String path) {
    return "--"
        + path.replaceAll("([a-z])([A-Z])", "$1-$2").replace('.', '-').toLowerCase(Locale.ROOT);
  }

  /**
   * The document with what flags and the environment say in place of its own.
   *
   * @param flags by path in the file
   * @throws IllegalArgumentException when a flag has no such path, which is a mistake of the caller
   */
  static Tree apply(Tree document, Map<String, String> flags, Map<String, String> environment) {
    if (!PATHS.containsAll(flags.keySet())) {
      throw new IllegalArgumentException("no flag can set all of " + flags.keySet());
    }
    Tree tree = document;
    for (String path : PATHS) {
      String variable = environment.getOrDefault(variable(path), "");
      String flag = flags.get(path);
      if (flag != null) {
        tree = set(tree, path, new Tree.Scalar(Place.of(flag(path)), flag, false));
      } else if (!variable.isEmpty()) {
        tree = set(tree, path, new Tree.Scalar(Place.of(variable(path)), variable, false));
      }
    }
    return tree;
  }

  private static Tree set(Tree tree, String path, Tree.Scalar value) {
    boolean nothing = tree instanceof Tree.Scalar scalar && scalar.nothing();
    Tree target = nothing ? Tree.Mapping.empty(tree.place()) : tree;
    if (!(target instanceof Tree.Mapping mapping)) {
      return tree;
    }
    int dot = path.indexOf('.');
    String key = dot < 0 ? path : path.substring(0, dot);
    Tree inner = mapping.entries().getOrDefault(key, Tree.Mapping.empty(value.place()));
    Map<String, Tree> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(key, dot < 0 ? value : set(inner, path.substring(dot + 1), value));
    Map<String, Place> keys = new LinkedHashMap<>(mapping.keys());
    keys.putIfAbsent(key, value.place());
    return new Tree.Mapping(mapping.place(), entries, keys);
  }
}
