package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.units.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A mapping of a YAML file whose keys are taken one by one; mistakes are told with their place. */
final class YamlSection {
  private static final Pattern SHARE = Pattern.compile("(\\d+(?:\\.\\d+)?)%");

  private final String file;
  private final String path;
  private final Map<?, ?> values;
  private final TreeSet<String> known = new TreeSet<>();

  private YamlSection(String file, String path, Map<?, ?> values) {
    this.file = file;
    this.path = path;
    this.values = values;
  }

  static YamlSection of(String file, String path, @Nullable Object node) {
    if (node != null && !(node instanceof Map)) {
      throw new IllegalArgumentException(
          "%s: %s is '%s', expected keys with values"
              .formatted(file, path.isEmpty() ? "it" : path, node));
    }
    return new YamlSection(file, path, node instanceof Map<?, ?> map ? map : Map.of());
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private @Nullable Object take(String key) {
    known.add(key);
    return values.get(key);
  }

  /** A mistake in this section. */
  IllegalArgumentException wrong(String sentence) {
    return new IllegalArgumentException(
        file + ": " + (path.isEmpty() ? "" : path + ": ") + sentence);
  }

  private IllegalArgumentException wrong(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "%s: %s is '%s', expected %s".formatted(file, at(key), value, expected));
  }

  YamlSection section(String key) {
    return of(file, at(key), take(key));
  }

  /** At least one. */
  List<YamlSection> sections(String key) {
    if (!(take(key) instanceof List<?> list) || list.isEmpty()) {
      throw wrong(key, String.valueOf(values.get(key)), "a list of one or more");
    }
    List<YamlSection> sections = new ArrayList<>();
    for (Object one : list) {
      sections.add(of(file, "%s[%d]".formatted(at(key), sections.size()), one));
    }
    return sections;
  }

  String text(String key, String otherwise) {
    Object value = take(key);
    return value == null ? otherwise : value.toString();
  }

  String oneOf(String key, String otherwise, List<String> allowed) {
    String value = text(key, otherwise);
    if (!allowed.contains(value)) {
      throw wrong(key, value, "one of " + String.join(", ", allowed));
    }
    return value;
  }

  int whole(String key, int otherwise, int least) {
    Object value = take(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof Integer number) || number < least) {
      throw wrong(key, value, "a whole number of at least " + least);
    }
    return number;
  }

  double share(String key, double otherwise) {
    Object value = take(key);
    if (value == null) {
      return otherwise;
    }
    Matcher matcher = SHARE.matcher(value.toString());
    if (!matcher.matches() || Double.parseDouble(matcher.group(1)) > 100) {
      throw wrong(key, value, "a share from 0% to 100%");
    }
    return Double.parseDouble(matcher.group(1)) / 100;
  }

  Duration time(String key, Duration otherwise) {
    return take(key) == null ? otherwise : time(key);
  }

  Duration time(String key) {
    return unit(key, new Units.DurationConverter(), "a time such as 30s");
  }

  double rate(String key, double otherwise) {
    return take(key) == null
        ? otherwise
        : unit(key, new Units.RateConverter(), "a rate such as 200/s");
  }

  private <T> T unit(String key, ITypeConverter<T> converter, String expected) {
    String value = String.valueOf(take(key));
    try {
      return converter.convert(value);
    } catch (TypeConversionException e) {
      throw wrong(key, value, expected);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that is here. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
    return texts;
  }

  /** Nothing more is expected here. */
  void end() {
    for (Object key : values.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        throw wrong(
            "there is no '%s'; expected one of %s".formatted(key, String.join(", ", known)));
      }
    }
  }
}
