package io.holdfast.observe;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** One JSON object on one line. */
final class JsonLine {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonLine() {}

  static byte[] of(Consumer<JsonGenerator> properties) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(640);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      properties.accept(json);
      json.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }
}
