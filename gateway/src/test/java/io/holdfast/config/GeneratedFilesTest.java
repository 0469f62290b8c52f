package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The JSON Schema and the reference page say what the records say. With {@code
 * -Dholdfast.generate=true} the files are written anew instead.
 */
final class GeneratedFilesTest {

  private static final Path SCHEMA =
      Path.of("src/main/resources/io/holdfast/config/holdfast.schema.json");
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String MARK = "<!-- Generated from the config records from here on. -->\n";

  @Test
  void schemaIsWhatTheRecordsSay() throws IOException {
    assertUpToDate(SCHEMA, SchemaText.generate());
  }

  @Test
  void referencePageIsWhatTheRecordsSay() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(MARK);
    String byHand = page.substring(0, page.indexOf(MARK) + MARK.length());
    assertUpToDate(PAGE, byHand + ReferencePage.generate());
  }

  @Test
  void everyOptionIsReadAndDescribed() {
    for (Sections section : Sections.ALL) {
      assertThat(section.defaults().keySet())
          .as(section.path())
          .containsExactlyInAnyOrderElementsOf(
              section.components().stream().map(RecordComponent::getName).toList());
      for (RecordComponent component : section.components()) {
        assertThat(component.getAnnotation(Option.class))
            .as("%s of %s", component, section.path())
            .isNotNull();
      }
    }
  }

  private static void assertUpToDate(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("holdfast.generate")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("stale; run `mvn -pl gateway test -Dtest=GeneratedFilesTest -Dholdfast.generate=true`")
        .content()
        .isEqualTo(expected);
  }
}
