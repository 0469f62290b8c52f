package io.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code ./holdfast} of a clone builds, with a Maven that only says that it was called. */
final class RebuildIT {
  private static final Path CLONE =
      Path.of(Objects.requireNonNull(System.getProperty("holdfast.home")), "../../..").normalize();

  private static final List<String> SCRIPTS =
      List.of("holdfast", "scripts/lib.sh", "app/src/dist/libexec/java.sh");

  /**
   * Writes a distribution whose command says its arguments. Fails if there is a file "broken", and
   * saves a source if there is a file "save".
   */
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "[INFO] Building Holdfast app  0.1.0"
      [ ! -e broken ] || { echo "the reason" && exit 1; }
      until [ ! -e save ] || [ app/src/main/Main.java -nt app/target/build.stamp.new ]; do
        touch app/src/main/Main.java
      done
      mkdir -p app/target/holdfast-1/bin
      printf '#!/bin/sh\\necho "ran $*"\\n' > app/target/holdfast-1/bin/holdfast
      chmod +x app/target/holdfast-1/bin/holdfast
      """;

  @TempDir private Path folder;

  private record Result(int code, String output) {
    boolean built() {
      return output.contains("holdfast: built in");
    }
  }

  @BeforeEach
  void copy() throws IOException {
    for (String script : SCRIPTS) {
      write(script, Files.readString(CLONE.resolve(script)));
    }
    for (String file :
        List.of(
            "pom.xml",
            "app/pom.xml",
            "gateway/pom.xml",
            "gateway/src/main/Gateway.java",
            "gateway/src/test/GatewayTest.java",
            "app/src/main/Main.java",
            "it/src/test/Black.java",
            "README.md")) {
      write(file, "");
    }
    write("maven", MAVEN);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    path.toFile().setExecutable(true);
  }

  private Result run() throws IOException, InterruptedException {
    return run(folder.resolve("holdfast"));
  }

  private Result run(Path command) throws IOException, InterruptedException {
    // As a shell does it: a signal of the terminal reaches all that the command has started.
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "--wait", command.toString(), "version", "--json")
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "MAVEN", folder.resolve("maven").toString(),
                "JAVA_HOME", System.getProperty("java.home")));
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output);
  }

  private void assertBuilds() throws IOException, InterruptedException {
    Result result = run();
    assertThat(result.output()).endsWith("ran version --json\n");
    assertThat(result.built()).as(result.output()).isTrue();
    assertThat(result.code()).isZero();
  }

  private void assertDoesNotBuild() throws IOException, InterruptedException {
    assertThat(run()).isEqualTo(new Result(0, "ran version --json\n"));
  }

  @Test
  void startsThroughSymbolicLinks() throws Exception {
    assertBuilds();
    Path links = Files.createDirectory(folder.resolve("links"));
    Path first = Files.createSymbolicLink(links.resolve("one"), folder.resolve("holdfast"));
    Path second = Files.createSymbolicLink(links.resolve("two"), first.getFileName());

    assertThat(run(second)).isEqualTo(new Result(0, "ran version --json\n"));
  }

  /** As if saved just now, also for a file system with coarse times. */
  private void touch(String file) throws IOException {
    FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 2_000);
    Files.setLastModifiedTime(folder.resolve(file), later);
  }

  @Test
  void buildsOnce() throws Exception {
    assertBuilds();
    assertDoesNotBuild();
    assertDoesNotBuild();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "gateway/pom.xml",
        "gateway/src/main/Gateway.java",
        "app/src/main/Main.java",
        "app/src/dist/libexec/java.sh"
      })
  void buildsAgainWhenAFileOfTheDistributionWasSaved(String file) throws Exception {
    assertBuilds();
    touch(file);
    assertBuilds();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "gateway/src/test/GatewayTest.java", "it/src/test/Black.java"})
  void buildsNotForOtherFiles(String file) throws Exception {
    assertBuilds();
    touch(file);
    assertDoesNotBuild();
  }

  @Test
  void buildsAgainWhenAFileWasRemovedOrAdded() throws Exception {
    assertBuilds();
    Files.delete(folder.resolve("gateway/src/main/Gateway.java"));
    assertBuilds();
    write("gateway/src/main/Other.java", "");
    assertBuilds();
    assertDoesNotBuild();
  }

  @Test
  void buildsAgainWhenTheDistributionIsGone() throws Exception {
    assertBuilds();
    Files.delete(folder.resolve("app/target/holdfast-1/bin/holdfast"));
    assertBuilds();
  }

  @Test
  void buildsAgainWhenAFileWasSavedDuringTheBuild() throws Exception {
    write("save", "");
    assertBuilds();
    Files.delete(folder.resolve("save"));
    assertBuilds();
    assertDoesNotBuild();
  }

  @Test
  void buildsAgainWhenItWasInterruptedInTheTrainingRun() throws Exception {
    write(
        "app/src/aot/train.sh",
        "#!/usr/bin/env bash\n[ ! -e \"${0%/app/*}/interrupt\" ] || kill -KILL 0\n");
    write("interrupt", "");
    Result interrupted = run();
    assertThat(interrupted.output()).contains("training run").doesNotContain("ran ");
    assertThat(interrupted.code()).isNotZero();
    Files.delete(folder.resolve("interrupt"));
    assertBuilds();
    assertDoesNotBuild();
  }

  @Test
  void runsNothingOldWhenTheBuildFails() throws Exception {
    assertBuilds();
    touch("app/src/main/Main.java");
    write("broken", "");
    for (int i = 0; i < 2; i++) {
      Result result = run();
      assertThat(result.code()).isNotZero();
      assertThat(result.output()).contains("the reason", "the build failed").doesNotContain("ran ");
    }
    Files.delete(folder.resolve("broken"));
    assertBuilds();
  }
}
