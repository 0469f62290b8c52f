package io.holdfast.config.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one mapping. Each method asks for one key, notes whatever is wrong with its
 * value, and then answers with the default, so that reading goes on. A key that nobody asked for is
 * an error; see {@link #read}. One thread.
 */
public final class Section {

  private final Tree.Mapping tree;
  private final String path;
  private final Problems problems;
  private final Map<String, @Nullable String> asked = new LinkedHashMap<>();

  private Section(Tree.Mapping tree, String path, Problems problems) {
    this.tree = tree;
    this.path = path;
    this.problems = problems;
  }

  /** Reads a whole document by {@code reader}. */
  public static <T> T read(Tree tree, Problems problems, Function<Section, T> reader) {
    return new Value(tree, "", false, problems).section(reader);
  }

  /** What {@code reader} makes of a section without any key. */
  public static <T> T ofDefaults(Function<Section, T> reader) {
    return read(Tree.Mapping.empty(Place.of("defaults")), "", new Problems(), reader);
  }

  static <T> T read(
      Tree.Mapping tree, String path, Problems problems, Function<Section, T> reader) {
    Section section = new Section(tree, path, problems);
    T result = reader.apply(section);
    section.refuseUnknownKeys();
    return result;
  }

  private void refuseUnknownKeys() {
    tree.keys()
        .forEach((key, place) -> {
          if (!asked.containsKey(key)) {
            problems.error(place, join(key), "unknown key; " + Suggestion.of(key, asked.keySet()));
          }
        });
  }

  /** Every key asked for so far with the text of its default; null where it has none. */
  public Map<String, @Nullable String> asked() {
    return asked;
  }

  /** The value of {@code key}; null when it is not given. */
  public @Nullable Value find(String key) {
    return find(key, null, false);
  }

  private @Nullable Value find(String key, @Nullable String byDefault, boolean secret) {
    asked.put(key, byDefault);
    Tree value = tree.entries().get(key);
    return value == null ? null : new Value(value, join(key), secret, problems);
  }

  /** A scalar with a default, which is written as a user would write it. */
  public <T> T value(String key, String byDefault, Parser<T> parser) {
    Value value = find(key, byDefault, false);
    T parsed = value == null ? null : value.parse(parser);
    return parsed == null ? parser.parse(byDefault) : parsed;
  }

  /** A scalar without a default; null when it is not given. */
  public <T> @Nullable T optional(String key, Parser<T> parser) {
    Value value = find(key);
    return value == null ? null : value.parse(parser);
  }

  /** As {@link #optional}, but its text stands in no message. */
  public <T> @Nullable T secret(String key, Parser<T> parser) {
    Value value = find(key, null, true);
    return value == null ? null : value.parse(parser);
  }

  /** A scalar that must be given; {@code standIn} is answered when it is not. */
  public <T> T required(String key, T standIn, Parser<T> parser) {
    Value value = find(key);
    if (value == null) {
      error(null, "\"" + key + "\" is missing");
      return standIn;
    }
    return value.parse(parser, standIn);
  }

  /** A section whose keys all have defaults. */
  public <T> T section(String key, Function<Section, T> reader) {
    Value value = find(key);
    return value == null
        ? read(Tree.Mapping.empty(tree.place()), join(key), problems, reader)
        : value.section(reader);
  }

  /** A section that is null when it is not given. */
  public <T> @Nullable T optionalSection(String key, Function<Section, T> reader) {
    Value value = find(key);
    return value == null ? null : value.section(reader);
  }

  /** The items of a list; none when it is not given. */
  public List<Value> items(String key) {
    Value value = find(key);
    return value == null ? List.of() : value.items();
  }

  /** The items of a list that must have some; {@code what} is one of them in words. */
  public List<Value> someItems(String key, String what) {
    int before = errors();
    List<Value> items = items(key);
    if (items.isEmpty() && errors() == before) {
      error(key, "expected at least one " + what);
    }
    return items;
  }

  /** The keys of the mapping at {@code key} as they are written; none when it is no mapping. */
  public Set<String> names(String key) {
    return tree.entries().get(key) instanceof Tree.Mapping mapping
        ? mapping.keys().keySet()
        : Set.of();
  }

  /** A list of scalars; none when it is not given. Items that are wrong are left out. */
  public <T> List<T> list(String key, Parser<T> parser) {
    List<T> list = new ArrayList<>();
    for (Value item : items(key)) {
      T parsed = item.parse(parser);
      if (parsed != null) {
        list.add(parsed);
      }
    }
    return list;
  }

  /** As {@link #list}, but the texts stand in no message. */
  public <T> List<T> secretList(String key, Parser<T> parser) {
    Value value = find(key, null, true);
    List<T> list = new ArrayList<>();
    for (Value item : value == null ? List.<Value>of() : value.items()) {
      T parsed = item.parse(parser);
      if (parsed != null) {
        list.add(parsed);
      }
    }
    return list;
  }

  /** A mapping with free keys, in the order of the file; none when it is not given. */
  public <T> Map<String, T> map(
      String key, Parser<String> names, BiFunction<String, Value, @Nullable T> reader) {
    return map(key, false, names, reader);
  }

  /** As {@link #map}, but the values stand in no message. */
  public <T> Map<String, T> secretMap(
      String key, Parser<String> names, BiFunction<String, Value, @Nullable T> reader) {
    return map(key, true, names, reader);
  }

  private <T> Map<String, T> map(
      String key,
      boolean secret,
      Parser<String> names,
      BiFunction<String, Value, @Nullable T> reader) {
    Map<String, T> map = new LinkedHashMap<>();
    Value value = find(key, null, secret);
    if (value != null) {
      value.forEach(
          names,
          (name, entry) -> {
            T result = reader.apply(name, entry);
            if (result != null) {
              map.put(name, result);
            }
          });
    }
    return map;
  }

  /** Notes an error about {@code key}, or about the section as a whole when it is null. */
  public void error(@Nullable String key, String problem) {
    problems.error(place(key), key == null ? path : join(key), problem);
  }

  /** Notes a warning about {@code key}, or about the section as a whole when it is null. */
  public void warning(@Nullable String key, String problem) {
    problems.warning(place(key), key == null ? path : join(key), problem);
  }

  private Place place(@Nullable String key) {
    Tree value = key == null ? null : at(tree, key);
    return value == null ? tree.place() : value.place();
  }

  /** What stands at {@code key}, which may lead on by dots; null for nothing. */
  private static @Nullable Tree at(Tree tree, String key) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      return null;
    }
    Tree value = mapping.entries().get(key);
    int dot = key.indexOf('.');
    if (value != null || dot < 0) {
      return value;
    }
    Tree section = mapping.entries().get(key.substring(0, dot));
    return section == null ? null : at(section, key.substring(dot + 1));
  }

  /** How many errors there are by now, in the whole document. */
  public int errors() {
    return problems.count();
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
