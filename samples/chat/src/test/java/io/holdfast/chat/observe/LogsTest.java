package io.holdfast.chat.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogsTest {
  @Test
  void eventsAreLinesOfJsonAndErrorsHaveAFileOfTheirOwn(@TempDir Path folder) throws IOException {
    Logger ours = LoggerFactory.getLogger("io.holdfast.chat.Some");
    Logs.start("info", folder);
    ours.atInfo().addKeyValue("connection", "ann").log("connection opened");
    ours.debug("not to be told");
    LoggerFactory.getLogger("org.other").info("nor this");
    ours.error("it fails", new IllegalStateException("because"));
    Logs.stop();

    List<JsonNode> lines = lines(folder.resolve("chat.log"));
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().get("formattedMessage").asString()).isEqualTo("connection opened");
    assertThat(lines.getFirst().get("level").asString()).isEqualTo("INFO");
    assertThat(lines.getFirst().get("timestamp").asLong()).isPositive();
    assertThat(lines.getFirst().get("kvpList").toString()).contains("\"connection\":\"ann\"");
    List<JsonNode> errors = lines(folder.resolve("error.log"));
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst().get("throwable").toString()).contains("because");
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(JsonMapper.shared()::readTree).toList();
  }
}
