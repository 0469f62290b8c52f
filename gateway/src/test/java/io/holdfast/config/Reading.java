package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.source.ConfigError;
import io.holdfast.config.source.Problems;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.YamlSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One section of a file, read alone.
 *
 * @param value what it made
 * @param errors messages
 * @param warnings messages
 */
record Reading<T>(T value, List<String> errors, List<String> warnings) {

  static <T> Reading<T> of(String yaml, Function<Section, T> reader) {
    Problems problems = new Problems();
    Tree tree = YamlSource.parse("c", yaml, Map.of(), problems);
    T value = Section.read(tree, problems, reader);
    return new Reading<>(
        value,
        problems.errors().stream().map(ConfigError::message).toList(),
        problems.warnings().stream().map(ConfigError::message).toList());
  }

  /** What a section without errors makes. */
  static <T> T fine(String yaml, Function<Section, T> reader) {
    Reading<T> reading = of(yaml, reader);
    assertThat(reading.errors).isEmpty();
    return reading.value;
  }

  /** The only error of a section. */
  static String error(String yaml, Function<Section, ?> reader) {
    List<String> errors = of(yaml, reader).errors;
    assertThat(errors).hasSize(1);
    return errors.getFirst();
  }
}
