package io.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigLoader;
import io.holdfast.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that is shipped, {@code conf/holdfast.yaml}. */
final class ExampleConfigTest {
  private static final Path EXAMPLE = Path.of("src/dist/conf/holdfast.yaml");

  @TempDir private Path folder;

  @Test
  void isFineAsItIs() throws ConfigException {
    LoadedConfig example = ConfigLoader.load(EXAMPLE, Map.of());

    assertThat(example.warnings()).isEmpty();
    assertThat(example.snapshot().services()).containsOnlyKeys("chat");
  }

  @Test
  void showsEveryOptionThatIsCommentedOutAtItsDefault() throws ConfigException, IOException {
    String text = Files.readString(EXAMPLE);
    String open = text.replaceAll("(?m)^ *##.*$", "").replaceAll("(?m)^#", "");
    assertThat(open).isNotEqualTo(text).doesNotContain("#");
    Path file = Files.writeString(folder.resolve("open.yaml"), open);

    assertThat(ConfigLoader.load(file, Map.of()).snapshot())
        .isEqualTo(ConfigLoader.load(EXAMPLE, Map.of()).snapshot());
  }
}
