package io.holdfast.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The JSON Schema of config files, made of the config records when the product is built. */
public final class ConfigSchema {

  private static final String RESOURCE = "holdfast.schema.json";

  private ConfigSchema() {}

  /** The schema as JSON. */
  public static String text() {
    try (InputStream in =
        Objects.requireNonNull(ConfigSchema.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
