package io.holdfast.config.source;

import java.util.List;
import java.util.Map;

/** A YAML document whose every node knows its place. */
public sealed interface Tree {

  /** Where the node starts. */
  Place place();

  /** What it is, for messages. */
  String kind();

  /**
   * A text, number or word; references to the environment are resolved.
   *
   * @param place where it starts
   * @param text without quotes
   * @param nothing whether it is YAML's null, as after {@code key:} with nothing behind
   */
  record Scalar(Place place, String text, boolean nothing) implements Tree {
    @Override
    public String kind() {
      return nothing ? "nothing" : "a single value";
    }
  }

  /**
   * What could not be read; its error is noted already.
   *
   * @param place where it starts
   */
  record Broken(Place place) implements Tree {
    @Override
    public String kind() {
      return "something unreadable";
    }
  }

  /**
   * A list.
   *
   * @param place where it starts
   * @param items in order
   */
  record Sequence(Place place, List<Tree> items) implements Tree {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * Keys with values.
   *
   * @param place where it starts
   * @param entries key to value, in order
   * @param keys where each key stands
   */
  record Mapping(Place place, Map<String, Tree> entries, Map<String, Place> keys) implements Tree {
    @Override
    public String kind() {
      return "a mapping";
    }

    /** Has no keys. */
    public static Mapping empty(Place place) {
      return new Mapping(place, Map.of(), Map.of());
    }
  }
}
