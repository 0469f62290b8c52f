package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's own start script, from where users call it. */
final class LauncherIT {
  private static final Path HOME =
      Path.of(Objects.requireNonNull(System.getProperty("holdfast.home"))).normalize();
  private static final String VERSION =
      Objects.requireNonNull(System.getProperty("holdfast.version"));

  @TempDir private Path folder;

  private record Result(int code, String output) {}

  private Result run(Path command, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  @Test
  void startsThroughSymbolicLinksFromAnyFolder() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("hf"), HOME.resolve("bin/holdfast"));
    Path second = Files.createSymbolicLink(folder.resolve("hf2"), first.getFileName());

    Result result = run(second, Map.of(), "version");

    assertThat(result.output()).startsWith("holdfast " + VERSION + "\n");
    assertThat(result.code()).isZero();
  }

  private Path copyTo(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(HOME)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(HOME.relativize(file).toString()));
      }
    }
    assertThat(copy.resolve("bin/holdfast").toFile().setExecutable(true)).isTrue();
    return copy;
  }

  @Test
  void startsFromAFolderWithSpacesInItsName() throws Exception {
    assertThat(run(copyTo("a b").resolve("bin/holdfast"), Map.of(), "version").code()).isZero();
  }

  @Test
  void flagsMayHaveBlanksAndForeignLineEnds() throws Exception {
    Path copy = copyTo("copy");
    Files.writeString(
        copy.resolve("conf/jvm.options"),
        "\r\n  # what is set\r\n  -Xmx77m \r\n\t-XX:+PrintFlagsFinal");

    Result result = run(copy.resolve("bin/holdfast"), Map.of(), "version");

    assertThat(result.output()).containsPattern("MaxHeapSize += 8\\d{7} ");
    assertThat(result.code()).isZero();
  }

  @Test
  void startsWithTheCacheOfTheTrainingRun() throws Exception {
    // The JVM does not start at all when it must use a cache that it cannot use.
    Result result =
        run(
            HOME.resolve("bin/holdfast"),
            Map.of("HOLDFAST_JAVA_OPTS", "-XX:AOTMode=on -Xlog:class+load"),
            "version");

    assertThat(result.output())
        .containsPattern("io\\.holdfast\\.\\S+ source: shared objects file")
        .contains("holdfast " + VERSION + "\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void saysNothingOfACacheThatDoesNotFit() throws Exception {
    Result result =
        run(
            HOME.resolve("bin/holdfast"),
            Map.of("HOLDFAST_JAVA_OPTS", "-XX:-UseCompactObjectHeaders"),
            "version");

    assertThat(result.output()).startsWith("holdfast " + VERSION + "\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void passesExtraFlagsToTheJvm() throws Exception {
    Result result =
        run(
            HOME.resolve("bin/holdfast"),
            Map.of("HOLDFAST_JAVA_OPTS", "-XX:+PrintFlagsFinal -Xmx77m"),
            "version");

    assertThat(result.output()).containsPattern("MaxHeapSize += 8\\d{7} ");
    assertThat(result.output()).containsPattern("MaxDirectMemorySize += 1073741824");
  }

  @Test
  void saysWhatItLookedAtWhenThereIsNoJava() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("bin"));
    Path old = Files.createDirectories(folder.resolve("jdk-17"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    String script =
        ". '%s/libexec/java.sh'; java_places() { echo '%s'; }; find_java 25 java"
            .formatted(HOME, old);
    Files.writeString(tools.resolve("find"), "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(tools.resolve("find").toFile().setExecutable(true)).isTrue();

    Result result = run(tools.resolve("find"), Map.of());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output())
        .contains("no Java runtime of version 25 or newer was found")
        .contains("jdk-17 (17)")
        .contains("adoptium.net");
  }

  @Test
  void findsItsOwnExampleConfigurationFine() throws Exception {
    Result result =
        run(
            HOME.resolve("bin/holdfast"),
            Map.of(),
            "check",
            HOME.resolve("conf/holdfast.yaml").toString());

    assertThat(result.output()).contains("is fine");
    assertThat(result.code()).isZero();
  }

  @Test
  void aMistakeIsExitCodeTwo() throws Exception {
    Result result = run(HOME.resolve("bin/holdfast"), Map.of(), "verison");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).contains("Did you mean").contains("version");
  }

  @Test
  void shipsNoNativeCodeForOtherSystems() throws Exception {
    try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .isNotEmpty()
          .noneMatch(name -> name.contains("osx") || name.contains("windows"))
          .noneMatch(name -> name.contains("junit") || name.contains("archunit"));
    }
  }
}
