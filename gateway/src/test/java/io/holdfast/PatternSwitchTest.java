package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A switch over types is put together by the JVM at its first call, as method handles: no
 * ahead-of-time cache keeps it, and the compiler took two seconds over one that every connection
 * passes. So the packages of the data path ask by {@code instanceof}.
 */
final class PatternSwitchTest {
  private static final String BOOTSTRAPS = "java/lang/runtime/SwitchBootstraps";

  @ParameterizedTest
  @ValueSource(strings = {"listen", "upstream", "relay", "balance", "route", "websocket", "model"})
  void theDataPathHasNone(String name) {
    assertThat(classesOf(name)).isNotEmpty().noneMatch(PatternSwitchTest::switchesOverTypes);
  }

  @Test
  void oneWouldBeSeen() {
    assertThat(classesOf("admin")).anyMatch(PatternSwitchTest::switchesOverTypes);
  }

  private static Iterable<JavaClass> classesOf(String name) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("io.holdfast." + name);
  }

  private static boolean switchesOverTypes(JavaClass type) {
    URI file = type.getSource().orElseThrow().getUri();
    try (var in = file.toURL().openStream()) {
      return StreamSupport.stream(
              ClassFile.of().parse(in.readAllBytes()).constantPool().spliterator(), false)
          .anyMatch(entry -> entry instanceof Utf8Entry text && text.equalsString(BOOTSTRAPS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
