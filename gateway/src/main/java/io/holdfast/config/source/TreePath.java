package io.holdfast.config.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ways through a tree, such as {@code services.chat.backends[1].weight}: keys behind dots, items of
 * lists in brackets from 0. A key that itself holds a dot is found where it exists.
 */
public final class TreePath {

  private static final String STEP = "[^.\\[\\]]+(\\[\\d{1,6}])*";
  private static final Pattern SYNTAX = Pattern.compile(STEP + "(\\." + STEP + ")*");

  private TreePath() {}

  /** Whether {@code text} is written as a path; it need not lead anywhere. */
  public static boolean is(String text) {
    return SYNTAX.matcher(text).matches();
  }

  /** The place of what {@code path} leads to, or as near to it as the tree goes. */
  public static Place place(Tree tree, String path) {
    Tree next =
        switch (tree) {
          case Tree.Mapping mapping when !path.isEmpty() ->
              mapping.entries().get(key(mapping, path));
          case Tree.Sequence list when path.startsWith("[") -> item(list, path);
          default -> null;
        };
    return next == null ? tree.place() : place(next, rest(path, step(tree, path)));
  }

  private static @Nullable Tree item(Tree.Sequence list, String path) {
    int index = index(path);
    return index < list.items().size() ? list.items().get(index) : null;
  }

  /**
   * The tree with {@code value} where {@code path} leads; keys that are missing on the way are
   * added, and so is the item right behind a list's last one.
   *
   * @throws IllegalArgumentException when the path leads nowhere, with what was expected
   */
  public static Tree set(Tree tree, String path, Tree.Scalar value) {
    if (path.isEmpty()) {
      return value;
    }
    boolean nothing = tree instanceof Tree.Scalar scalar && scalar.nothing();
    Tree target = nothing ? nothingYet(path, value.place()) : tree;
    String rest = rest(path, step(target, path));
    return switch (target) {
      case Tree.Broken broken -> broken;
      case Tree.Mapping mapping when !path.startsWith("[") -> {
        String key = key(mapping, path);
        Tree inner = mapping.entries().getOrDefault(key, nothingYet(rest, value.place()));
        Map<String, Tree> entries = new LinkedHashMap<>(mapping.entries());
        entries.put(key, set(inner, rest, value));
        Map<String, Place> keys = new LinkedHashMap<>(mapping.keys());
        keys.putIfAbsent(key, value.place());
        yield new Tree.Mapping(mapping.place(), entries, keys);
      }
      case Tree.Sequence list when path.startsWith("[") -> {
        int index = index(path);
        List<Tree> items = new ArrayList<>(list.items());
        if (index > items.size()) {
          throw new IllegalArgumentException(
              "there is no item [%d], expected at most [%d]".formatted(index, items.size()));
        }
        if (index == items.size()) {
          items.add(nothingYet(rest, value.place()));
        }
        items.set(index, set(items.get(index), rest, value));
        yield new Tree.Sequence(list.place(), items);
      }
      case Tree.Mapping mapping -> throw noWay(mapping, "a list");
      case Tree.Sequence list -> throw noWay(list, "keys with values");
      case Tree.Scalar scalar ->
          throw noWay(scalar, path.startsWith("[") ? "a list" : "keys with values");
    };
  }

  private static IllegalArgumentException noWay(Tree found, String expected) {
    return new IllegalArgumentException(
        "found %s on the way, expected %s".formatted(found.kind(), expected));
  }

  private static Tree nothingYet(String path, Place place) {
    return path.startsWith("[") ? new Tree.Sequence(place, List.of()) : Tree.Mapping.empty(place);
  }

  private static int step(Tree tree, String path) {
    if (path.startsWith("[")) {
      return path.indexOf(']') + 1;
    }
    return tree instanceof Tree.Mapping mapping ? key(mapping, path).length() : path.length();
  }

  private static int index(String path) {
    return Integer.parseInt(path.substring(1, path.indexOf(']')));
  }

  private static String rest(String path, int step) {
    String rest = path.substring(step);
    return rest.startsWith(".") ? rest.substring(1) : rest;
  }

  /** The longest key that is there, or else what stands before the first dot or bracket. */
  private static String key(Tree.Mapping mapping, String path) {
    String key = path.split("[.\\[]", 2)[0];
    for (String known : mapping.entries().keySet()) {
      boolean begins = path.startsWith(known) && known.length() > key.length();
      if (begins && (path.length() == known.length() || isEnd(path.charAt(known.length())))) {
        key = known;
      }
    }
    return key;
  }

  private static boolean isEnd(char c) {
    return c == '.' || c == '[';
  }
}
