package io.holdfast.config.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value of any kind at a known place and path. Wrong ones are noted, not thrown. One thread. */
public final class Value {

  private static final int LONGEST_QUOTE = 80;
  private static final Pattern CREDENTIALS = Pattern.compile("(?s)^([a-z]*://)?.*@");

  private final Tree tree;
  private final String path;
  private final boolean secret;
  private final Problems problems;

  Value(Tree tree, String path, boolean secret, Problems problems) {
    this.tree = tree;
    this.path = path;
    this.secret = secret;
    this.problems = problems;
  }

  /** Whether it is a mapping, or nothing at all as in {@code key:}. */
  public boolean isSection() {
    return tree instanceof Tree.Mapping || (tree instanceof Tree.Scalar scalar && scalar.nothing());
  }

  /** Its scalar by {@code parser}; null, and an error noted, when that cannot be. */
  public <T> @Nullable T parse(Parser<T> parser) {
    if (tree instanceof Tree.Broken) {
      return null;
    }
    try {
      if (tree instanceof Tree.Scalar scalar) {
        return parser.parse(scalar.nothing() ? "" : scalar.text());
      }
      expected("expected a single value");
    } catch (IllegalArgumentException e) {
      expected(String.valueOf(e.getMessage()));
    }
    return null;
  }

  /** As {@link #parse(Parser)}, with {@code standIn} where that has none. */
  public <T> T parse(Parser<T> parser, T standIn) {
    T parsed = parse(parser);
    return parsed == null ? standIn : parsed;
  }

  /** Its keys by {@code reader}; an empty section when it is no mapping. */
  public <T> T section(Function<Section, T> reader) {
    if (tree instanceof Tree.Mapping mapping) {
      return Section.read(mapping, path, problems, reader);
    }
    refuseUnless(isSection(), "keys with values");
    // What is missing in a section that is no section would only repeat the error.
    Problems ignored = isSection() ? problems : new Problems();
    return Section.read(Tree.Mapping.empty(tree.place()), path, ignored, reader);
  }

  /** Its items; none when it is no list. */
  public List<Value> items() {
    List<Value> items = new ArrayList<>();
    if (tree instanceof Tree.Sequence sequence) {
      for (Tree item : sequence.items()) {
        items.add(new Value(item, path + "[" + items.size() + "]", secret, problems));
      }
    } else {
      refuseUnless(isSection() && !(tree instanceof Tree.Mapping), "a list");
    }
    return items;
  }

  /** Names the kind alone, for a value in the wrong place may be a secret. */
  private void refuseUnless(boolean fine, String expected) {
    if (!fine && !(tree instanceof Tree.Broken)) {
      problems.error(tree.place(), path, "found %s, expected %s".formatted(tree.kind(), expected));
    }
  }

  /** Its entries with free keys, which {@code names} checks. */
  public void forEach(Parser<String> names, BiConsumer<String, Value> reader) {
    if (tree instanceof Tree.Mapping mapping) {
      mapping
          .entries()
          .forEach((key, entry) -> {
            String at = path + "." + key;
            Place place = mapping.keys().getOrDefault(key, entry.place());
            Value name = new Value(new Tree.Scalar(place, key, false), at, false, problems);
            String parsed = name.parse(names);
            if (parsed != null) {
              reader.accept(parsed, new Value(entry, at, secret, problems));
            }
          });
    } else {
      refuseUnless(isSection(), "names with values");
    }
  }

  /** Where it stands in the document, such as {@code routes[1]}. */
  public String path() {
    return path;
  }

  /** Notes an error. */
  public void error(String problem) {
    problems.error(tree.place(), path, problem);
  }

  /** Notes an error: what was found, and {@code expected}, which starts with that word. */
  public void expected(String expected) {
    error("found " + quote() + ", " + expected);
  }

  private String quote() {
    if (!(tree instanceof Tree.Scalar scalar)) {
      return tree.kind();
    }
    if (secret) {
      return "a value that is not shown";
    }
    if (scalar.nothing()) {
      return "nothing";
    }
    String text = CREDENTIALS.matcher(scalar.text()).replaceAll("$1***@");
    text = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    return "\"" + text.replaceAll("\\p{Cntrl}", "?") + "\"";
  }
}
