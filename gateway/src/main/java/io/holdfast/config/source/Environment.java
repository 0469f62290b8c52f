package io.holdfast.config.source;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${NAME}} and {@code ${NAME:default}}; {@code $$} is one dollar. A variable that
 * is set but empty counts as set. A default ends at the first closing brace and is taken as it is.
 */
final class Environment {

  private static final Pattern DOLLAR =
      Pattern.compile("\\$(?:(\\$)|\\{([^}:]*)(?::([^}]*))?(\\}?))");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> variables;
  private final Problems problems;

  Environment(Map<String, String> variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /** The text with its references replaced; null, and an error noted, where that cannot be. */
  @Nullable String resolve(String text, Place place, String path) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    Matcher matcher = DOLLAR.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      String value = matcher.group(1) != null ? "$" : variable(matcher, place, path);
      if (value == null) {
        return null;
      }
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(resolved).toString();
  }

  private @Nullable String variable(Matcher matcher, Place place, String path) {
    String name = matcher.group(2);
    String byDefault = matcher.group(3);
    if (matcher.group(4).isEmpty() || !NAME.matcher(name).matches()) {
      problems.error(
          place, path, "expected ${NAME} or ${NAME:default} after a dollar; write $$ for a dollar");
      return null;
    }
    String value = variables.getOrDefault(name, byDefault);
    if (value == null) {
      problems.error(
          place,
          path,
          "the environment variable %s is not set; set it, or write ${%s:default}"
              .formatted(name, name));
    }
    return value;
  }
}
