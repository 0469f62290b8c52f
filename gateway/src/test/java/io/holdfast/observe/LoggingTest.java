package io.holdfast.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Logs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class LoggingTest {

  private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void asItWas() {
    Logging.reset();
  }

  @Test
  void textSaysTimeLevelLoggerAndMessage() {
    configure(Logs.Level.INFO, Logs.Format.TEXT);
    LOG.info("Serving {} routes", 3);
    LOG.debug("not this");

    assertThat(written()).matches("\\d{4}-\\S+T\\S+Z INFO  LoggingTest: Serving 3 routes\n");
  }

  @Test
  void furtherLinesOfAMessageAreIndented() {
    configure(Logs.Level.INFO, Logs.Format.TEXT);
    LOG.warn("first\nsecond\r");

    assertThat(written()).endsWith("WARN  LoggingTest: first\n    second\\u000d\n");
  }

  @Test
  void jsonIsOneObjectPerLineWithItsException() {
    configure(Logs.Level.DEBUG, Logs.Format.JSON);
    LOG.debug("It \"failed\"", new IllegalStateException("for a test"));

    String line = written();
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(line).hasLineCount(1);
    assertThat(json.get("level").asString()).isEqualTo("DEBUG");
    assertThat(json.get("logger").asString()).isEqualTo(LoggingTest.class.getName());
    assertThat(json.get("message").asString()).isEqualTo("It \"failed\"");
    assertThat(json.get("exception").asString()).contains("IllegalStateException: for a test");
  }

  @Test
  void levelAndFormatChangeWhileRunning() {
    configure(Logs.Level.WARN, Logs.Format.TEXT);
    LOG.info("one");
    configure(Logs.Level.INFO, Logs.Format.JSON);
    LOG.info("two");

    assertThat(written()).doesNotContain("one").contains("\"message\":\"two\"");
  }

  @Test
  void nettyIsNeverAtDebug() {
    configure(Logs.Level.DEBUG, Logs.Format.TEXT);

    assertThat(LoggerFactory.getLogger("io.netty.util").isDebugEnabled()).isFalse();
    assertThat(LOG.isDebugEnabled()).isTrue();
  }

  private void configure(Logs.Level level, Logs.Format format) {
    Logging.configure(new Logs(level, format, Logs.AccessFormat.OFF), out);
  }

  private String written() {
    LineQueue.flush(5_000);
    return out.toString(StandardCharsets.UTF_8);
  }
}
