package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the gateway to {@link ArchitectureRule}, without an ignore list, and shows on the packages
 * below {@code io.holdfast.wrong} that each rule can fail.
 */
final class ArchitectureTest {
  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.holdfast");

  private static final JavaClasses WRONG =
      new ClassFileImporter().importPackages("io.holdfast.wrong");

  @ParameterizedTest
  @EnumSource
  void theGatewayKeeps(ArchitectureRule rule) {
    // Empty: a package that a rule names may be still to come.
    rule.of("io.holdfast").allowEmptyShould(true).check(GATEWAY);
  }

  @ParameterizedTest
  @CsvSource({
    "KNOWN_PACKAGES,         is in package misc",
    "NO_CYCLES,              Cycle detected",
    "MODEL_SEES_THE_JDK,     io.netty.buffer.ByteBuf",
    "WEBSOCKET_SEES_BUFFERS, io.netty.channel.Channel",
    "DATA_PATH_IS_ALONE,     io.holdfast.wrong.config.Settings",
    "ONLY_HOLDFAST_SEES_ALL, package admin sees both config and relay",
    "ROOT_IS_FOR_COMMANDS,   io.holdfast.wrong.Root",
    "NOTHING_BLOCKS,         java.util.concurrent.Future.get()",
    "NOTHING_BLOCKS,         java.lang.System.out",
    "NOTHING_BLOCKS,         java.nio.file.Files.readString",
    "NOTHING_BLOCKS,         java.lang.Object.wait",
    "NOTHING_BLOCKS,         io.netty.channel.ChannelFuture.sync()",
    "NOTHING_BLOCKS,         java.net.InetAddress.getByName",
    "NULL_MARKED,            package io.holdfast.wrong.balance is not @NullMarked"
  })
  void eachRuleCanFail(ArchitectureRule rule, String message) {
    ArchRule checked = rule.of("io.holdfast.wrong");

    assertThat(checked.evaluate(WRONG).getFailureReport().getDetails())
        .as("details of %s", rule)
        .anyMatch(detail -> detail.contains(message));
  }

  @Test
  void theImportSawTheGateway() {
    assertThat(GATEWAY.contain("io.holdfast.model.Snapshot")).isTrue();
    assertThat(GATEWAY).noneMatch(type -> type.getPackageName().startsWith("io.holdfast.wrong"));
  }
}
