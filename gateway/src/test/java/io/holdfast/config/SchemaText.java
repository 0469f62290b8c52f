package io.holdfast.config;

import com.fasterxml.classmate.ResolvedType;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON Schema of the config records. */
final class SchemaText {

  private static final JsonMapper JSON = JsonMapper.shared();

  private SchemaText() {}

  static String generate() {
    SchemaGeneratorConfigBuilder builder =
        new SchemaGeneratorConfigBuilder(JSON, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.DEFINITIONS_FOR_ALL_OBJECTS);
    builder.forTypesInGeneral().withCustomDefinitionProvider(SchemaText::scalar);
    builder
        .forFields()
        .withRequiredCheck(field -> option(field).required())
        .withDescriptionResolver(SchemaText::description)
        .withDefaultResolver(SchemaText::byDefault);
    ObjectNode schema = new SchemaGenerator(builder.build()).generateSchema(FileConfig.class);
    schema.put("title", "Holdfast config file");
    for (Sections section : Sections.ALL) {
      allowShorthand(section.type(), schema);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
  }

  private static io.holdfast.config.Option option(FieldScope field) {
    return field.getAnnotation(io.holdfast.config.Option.class);
  }

  private static @Nullable String description(FieldScope field) {
    if (field.isFakeContainerItemScope()) {
      return null;
    }
    String otherwise = option(field).otherwise();
    return ReferencePage.describe(option(field), field.getType().getErasedType())
        + (otherwise.isEmpty() ? "" : " Not given: " + otherwise + ".");
  }

  private static @Nullable Object byDefault(FieldScope field) {
    if (field.isFakeContainerItemScope()) {
      return null;
    }
    Class<?> type = field.getDeclaringType().getErasedType();
    String text = Sections.of(type).defaults().get(field.getName());
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text.matches("\\d+") ? (Object) Integer.valueOf(text) : text;
    };
  }

  private static @Nullable CustomDefinition scalar(
      ResolvedType type, SchemaGenerationContext unused) {
    Kinds kind = Kinds.of(type.getErasedType());
    return kind == null
        ? null
        : new CustomDefinition(scalar(kind), CustomDefinition.DefinitionType.INLINE, null);
  }

  /** Whatever the kind, a text with a reference to the environment will do. */
  private static ObjectNode scalar(Kinds kind) {
    ObjectNode node = JSON.createObjectNode();
    if ("string".equals(kind.json())) {
      return node.put("type", "string");
    }
    ArrayNode anyOf = node.putArray("anyOf");
    if (!kind.choices().isEmpty()) {
      kind.choices().forEach(anyOf.addObject().putArray("enum")::add);
    }
    if ("zero".equals(kind.json())) {
      anyOf.addObject().put("const", 0);
    } else if (kind.json() != null) {
      anyOf.addObject().put("type", kind.json());
    }
    if (kind.pattern() != null) {
      anyOf.addObject().put("type", "string").put("pattern", kind.pattern());
    }
    anyOf.addObject().put("type", "string").put("pattern", "\\$\\{");
    return node;
  }

  private static void allowShorthand(Class<? extends Record> type, ObjectNode schema) {
    Shorthand shorthand = type.getAnnotation(Shorthand.class);
    if (shorthand == null) {
      return;
    }
    ObjectNode definitions = (ObjectNode) schema.get("$defs");
    ObjectNode anyOf = JSON.createObjectNode();
    Kinds kind =
        Kinds.of(
            Sections.of(type).components().stream()
                .filter(component -> component.getName().equals(shorthand.value()))
                .findFirst()
                .orElseThrow()
                .getType());
    ArrayNode choices = anyOf.putArray("anyOf");
    choices.add(scalar(java.util.Objects.requireNonNull(kind)));
    choices.add(definitions.get(type.getSimpleName()));
    definitions.set(type.getSimpleName(), anyOf);
  }
}
