package io.holdfast.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.ConfigLoader;
import io.holdfast.config.LoadedConfig;
import io.holdfast.model.Balance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoConfigTest {
  @TempDir private Path folder;

  @Test
  void itIsAConfigurationWithoutWarnings() throws Exception {
    Path file = folder.resolve("demo.yaml");
    Files.writeString(file, new DemoConfig(8080, 9900, List.of(1, 2, 3), 4, true).yaml());

    LoadedConfig loaded = ConfigLoader.load(file, Map.of());

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.snapshot().services()).containsOnlyKeys("chat", "socket.io", "echo");
    assertThat(loaded.snapshot().services())
        .hasEntrySatisfying(
            "chat",
            chat -> {
              assertThat(chat.balance().algorithm()).isEqualTo(Balance.LEAST_CONNECTIONS);
              assertThat(chat.backends()).hasSize(3);
            })
        .hasEntrySatisfying("socket.io", same -> assertThat(same.backends()).hasSize(3));
  }
}
