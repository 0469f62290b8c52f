package io.holdfast.config;

import io.holdfast.config.source.Share;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the reference part of the configuration page. */
final class ReferencePage {

  private ReferencePage() {}

  static String generate() {
    StringBuilder page = new StringBuilder();
    for (Sections section : Sections.ALL) {
      page.append("\n### ").append(title(section)).append("\n\n");
      Shorthand shorthand = section.type().getAnnotation(Shorthand.class);
      if (shorthand != null) {
        page.append("May also be a single value, which is `").append(shorthand.value());
        page.append("` then.\n\n");
      }
      page.append("| option | kind | default | what it does |\n| --- | --- | --- | --- |\n");
      Map<String, @Nullable String> defaults = section.defaults();
      for (RecordComponent component : section.components()) {
        Option option = component.getAnnotation(Option.class);
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    component.getName(),
                    kind(component.getGenericType()),
                    byDefault(option, defaults.get(component.getName())),
                    describe(option, component.getType())));
      }
    }
    return page.toString();
  }

  /** What the option does and what zero means. */
  static String describe(Option option, Class<?> type) {
    String zero =
        type == int.class || type == Share.class ? "0" : type.isEnum() ? "`off`" : "`off` or 0";
    return option.value()
        + (option.zero().isEmpty() ? "" : " " + zero + ": " + option.zero() + ".");
  }

  private static String title(Sections section) {
    if (section.path().isEmpty()) {
      return "The file";
    }
    return section.type() == HeaderEditsConfig.class
        ? "`routes[].headers.request` and `routes[].headers.response`"
        : "`" + section.path() + "`";
  }

  private static String byDefault(Option option, @Nullable String text) {
    if (option.required()) {
      return "must be given";
    }
    return text == null ? option.otherwise() : "`" + text + "`";
  }

  private static String kind(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? "names with " + kind(arguments[1])
          : "list: " + kind(arguments[0]);
    }
    Kinds kind = Kinds.of((Class<?>) type);
    return kind == null ? "section" : kind.words();
  }
}
