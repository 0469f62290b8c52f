package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the start script tells the JVM of its heap, on machines of many kinds: which collector, and
 * how large to make what new objects are made in.
 */
@Timeout(120)
final class HeapFlagsIT {
  private static final Path HOME =
      Path.of(Objects.requireNonNull(System.getProperty("holdfast.home"))).normalize();
  private static final long MEBIBYTE = 1024 * 1024;
  private static final String PARALLEL = "-XX:+UseParallelGC";
  private static final String G1 = "-XX:+UseG1GC";

  /** What stands for the machine's files. */
  @TempDir private Path root;

  @BeforeEach
  void aMachineOfEightGibibytes() throws IOException {
    write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:         1 kB\n");
    write("proc/self/cgroup", "0::/\n");
  }

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private String flags(int cores, String flags) throws IOException, InterruptedException {
    return bash(
        "set -euo pipefail; . '%s/libexec/heap.sh'; heap_flags '%s' %d %s"
            .formatted(HOME, root, cores, flags));
  }

  private String size(int cores, String flags) throws IOException, InterruptedException {
    return flags(cores, flags).replace(PARALLEL, "").replace(G1, "").strip();
  }

  private String collector(int cores, String flags) throws IOException, InterruptedException {
    return flags(cores, flags).replaceFirst("-XX:MaxNewSize=\\d+m$", "").strip();
  }

  private static String bash(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  @ParameterizedTest
  @CsvSource({
    "1, '', 16",
    "4, '', 64",
    "64, '', 512",
    "64, -Xmx256m, 64",
    "64, -Xmx1g, 256",
    "64, -Xmx1024k -Xmx1G, 256",
    "64, -Xmx0512m, 128",
    "64, -Xmx018m, 4",
    "64, -XX:MaxHeapSize=268435456, 64",
    "64, -Xmx512m -Xms1m -Dx=-Xmn3m, 128",
    "64, -mx256m, 64",
    "64, -Xmx2g -Xmx64m, 16",
    "64, -XX:ActiveProcessorCount=2, 32",
    "64, -XX:ActiveProcessorCount=010, 160",
    "4, -XX:HeapDumpPath=/mnt/RAM, 64",
  })
  void itGoesByCoresWithinAQuarterOfTheHeap(int cores, String flags, int mebibytes)
      throws Exception {
    assertThat(size(cores, flags)).isEqualTo("-XX:MaxNewSize=%dm", mebibytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xmn3m",
        "-XX:NewSize=4m",
        "-XX:MaxNewSize=4m",
        "-XX:NewRatio=4",
        "-XX:G1MaxNewSizePercent=9",
        "-XX:MaxRAMPercentage=70",
        "-XX:MaxRAM=1g",
        "-XX:Flags=file",
        "@file",
        "'\"-Xmn24m\"'",
        "-Xmx1t",
        "-Xmx0x4000000",
        "-Xmx0",
        "-Xmx15m",
        "-XX:TLABSize=20m",
        "-XX:ErgoHeapSizeLimit=12m",
        "-X'\"m\"'x8m",
      })
  void itIsLeftToWhoSaysItOrToTheJvm(String flags) throws Exception {
    assertThat(size(4, flags)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8388608, '', true",
    "2, 8388608, '', false",
    "2, 1835008, '', false",
    "2, 1835007, '', true",
    "64, 1048576, '', true",
    "4, 8388608, -XX:ActiveProcessorCount=1, true",
    "1, 8388608, -XX:ActiveProcessorCount=2, false",
    "1, 8388608, -XX:ActiveProcessorCount=0, true",
    "1, 8388608, -Xmn3m, true",
    "1, 8388608, -XX:-UseZGC, true",
    "1, 8388608, -XX:+UseMaximumCompactionOnSystemGC, true",
    "1, 8388608, -Xmx1t, true",
  })
  void aSmallMachineGetsParallelAndAnyOtherG1(
      int cores, int kibibytes, String flags, boolean parallel) throws Exception {
    write("proc/meminfo", "MemTotal: %d kB\n".formatted(kibibytes));

    assertThat(collector(cores, flags)).isEqualTo(parallel ? PARALLEL : G1);
  }

  @ParameterizedTest
  @CsvSource({
    "100000 100000, max, '', true",
    "max 100000, 1000000000, '', true",
    "150000 100000, max, '', false",
    "100000 100000, max, -XX:-UseContainerSupport, false",
    "100000 100000, max, -XX:-UseContainerSupport -XX:+UseContainerSupport, true",
  })
  void aSmallContainerGetsParallel(String cores, String memory, String flags, boolean parallel)
      throws Exception {
    write("sys/fs/cgroup/cpu.max", cores + "\n");
    write("sys/fs/cgroup/memory.max", memory + "\n");

    assertThat(collector(8, flags)).isEqualTo(parallel ? PARALLEL : G1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseSerialGC",
        "-XX:+UseParallelGC",
        "-XX:+UseG1GC",
        "-XX:+UseZGC",
        "-XX:+UseShenandoahGC",
        "-XX:+UseEpsilonGC",
        "-XX:+AggressiveHeap",
        "-XX:+AlwaysActAsServerClassMachine",
        "-XX:ParallelGCThreads=0",
        "-XX:Flags=file",
        "@file",
        "'\"-XX:+UseG1GC\"'",
      })
  void aCollectorThatWasChosenStays(String flags) throws Exception {
    assertThat(collector(1, flags)).isEmpty();
    assertThat(collector(4, flags)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MemTotal:\n", "MemTotal: many kB\n"})
  void whereNobodyCountsMemoryItIsLeftToTheJvm(String meminfo) throws Exception {
    write("proc/meminfo", meminfo);

    assertThat(flags(1, "")).isEmpty();
  }

  @Test
  void whereNobodyCountsCoresItIsLeftToTheJvm() throws Exception {
    write("proc/meminfo", "MemTotal: 1000000 kB\n");

    assertThat(flags(0, "")).isEmpty();
  }

  @Test
  void whereAMachineTellsNothingItIsLeftToTheJvm() throws Exception {
    Files.delete(root.resolve("proc/meminfo"));

    assertThat(flags(1, "")).isEmpty();
  }

  @Test
  void noControlGroupsAreNoLimit() throws Exception {
    Files.delete(root.resolve("proc/self/cgroup"));

    assertThat(size(4, "")).isEqualTo("-XX:MaxNewSize=64m");
  }

  @ParameterizedTest
  @CsvSource({
    "max 100000, max, 128",
    "100000 100000, max, 16",
    "150000 100000, max, 32",
    "max 100000, 536870912, 32",
    "50000 100000, 134217728, 8",
    "900000 100000, 99999999999, 128",
    "100000 0, max, 128",
    "100000, '', 128",
    "many few, much, 128",
    "100000 max, 123456789012345678901234567890, 128",
  })
  void aContainerIsBounded(String cores, String memory, int mebibytes) throws Exception {
    write("sys/fs/cgroup/cpu.max", cores + "\n");
    write("sys/fs/cgroup/memory.max", memory + "\n");

    assertThat(size(8, "")).isEqualTo("-XX:MaxNewSize=%dm", mebibytes);
  }

  @ParameterizedTest
  @CsvSource({"400000, 200000, max, 32", "100000, 700000, max, 16", "max, max, 268435456, 16"})
  void aServiceIsBoundedByAnyGroupThatItIsIn(String own, String slice, String memory, int mebibytes)
      throws Exception {
    write("proc/self/cgroup", "1:name=systemd:/x\n0::/a slice/hold:fast.service\n");
    write("sys/fs/cgroup/a slice/hold:fast.service/cpu.max", own + " 100000\n");
    write("sys/fs/cgroup/a slice/hold:fast.service/memory.max", memory + "\n");
    write("sys/fs/cgroup/a slice/cpu.max", slice + " 100000\n");

    assertThat(size(8, "")).isEqualTo("-XX:MaxNewSize=%dm", mebibytes);
  }

  @Test
  void aGroupThatIsNoPathEndsTheLook() throws Exception {
    write("proc/self/cgroup", "0::strange\n");

    assertThat(size(4, "")).isEqualTo("-XX:MaxNewSize=64m");
  }

  /** In a container the group's own folder is the root; on the machine itself it is not. */
  @ParameterizedTest
  @CsvSource({
    "'', -1, 9223372036854771712, 128",
    "'', 300000, 9223372036854771712, 48",
    "'', -1, 67108864, 4",
    "/docker/x, -1, 67108864, 4",
    "/docker/x, 100000, 9223372036854771712, 16"
  })
  void groupsOfTheFirstVersionBoundToo(String folder, String quota, String memory, int mebibytes)
      throws Exception {
    write("proc/self/cgroup", "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n");
    write("sys/fs/cgroup/cpu" + folder + "/cpu.cfs_quota_us", quota + "\n");
    write("sys/fs/cgroup/cpu" + folder + "/cpu.cfs_period_us", "100000\n");
    write("sys/fs/cgroup/memory" + folder + "/memory.limit_in_bytes", memory + "\n");

    assertThat(size(8, "")).isEqualTo("-XX:MaxNewSize=%dm", mebibytes);
  }

  /** What the JVM's own largest size is with these flags, and all that it says besides. */
  private static String started(String environment, String flags) throws Exception {
    String clean = "env -u JAVA_OPTS -u JAVA_TOOL_OPTIONS -u JDK_JAVA_OPTIONS -u _JAVA_OPTIONS ";
    return bash(
        clean
            + "%s HOLDFAST_JAVA_OPTS='-XX:+PrintFlagsFinal %s' '%s/bin/holdfast' version"
                .formatted(environment, flags, HOME));
  }

  private static long largest(String started) {
    Matcher line = Pattern.compile(" MaxNewSize += (\\d+) ").matcher(started);
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(1)) / MEBIBYTE;
  }

  @Test
  void theJvmTakesIt() throws Exception {
    String large = started("OMP_NUM_THREADS=1", "-Xmx1g");
    String small = started("A=B", "-Xmx32m");

    assertThat(largest(large))
        .isEqualTo(Math.min(256, 16 * Runtime.getRuntime().availableProcessors()));
    assertThat(largest(small)).isEqualTo(8);
    assertThat(large + small).doesNotContain("[warning]");
  }

  @ParameterizedTest
  @CsvSource({
    "1, '', Parallel, 16",
    "2, '', G1, 32",
    "1, -XX:+UseG1GC, G1, 16",
    "2, -XX:+UseParallelGC, Parallel, 32",
    "1, -XX:+UseSerialGC, Serial, 16",
  })
  void theJvmTakesTheCollector(int cores, String chosen, String collector, int mebibytes)
      throws Exception {
    String started =
        started("A=B", "-Xmx1g -XX:ActiveProcessorCount=%d %s".formatted(cores, chosen));

    assertThat(started)
        .containsPattern(" Use%sGC += true .*\\{command line\\}".formatted(collector));
    assertThat(largest(started)).isEqualTo(mebibytes);
  }

  @ParameterizedTest
  @CsvSource({
    "JDK_JAVA_OPTIONS=-Xmn24m, ''",
    "JAVA_TOOL_OPTIONS=-XX:NewRatio=5, ''",
    "A=B, -Xmn24m",
    "_JAVA_OPTIONS=-Xmn24m, ''",
    "_JAVA_OPTIONS=-Xmx64m, -XX:+UseSerialGC -Xmx4g -XX:ActiveProcessorCount=32",
    "A=B, -XX:NewRatio=3",
    "A=B, -XX:+UseZGC",
    "A=B, -Xmx16m",
    "A=B, -XX:+UseG1GC -XX:G1HeapRegionSize=32m -XX:ActiveProcessorCount=1",
    "A=B, -XX:+UseSerialGC -Xmx64m",
    "A=B, -XX:ActiveProcessorCount=1",
    "A=B, -XX:ActiveProcessorCount=1 -Xmx16m",
    "A=B, -XX:ActiveProcessorCount=1 -Xmx8m",
    "A=B, -XX:+AggressiveHeap",
    "A=B, -XX:ActiveProcessorCount=1 -XX:-UseParallelGC",
    "A=B, -XX:ActiveProcessorCount=1 -XX:AOTMode=on",
    "A=B, -XX:ActiveProcessorCount=1 -XX:ParallelGCThreads=0",
    "A=B, -XX:ActiveProcessorCount=1 -XX:+UseZGC",
    "A=B, -XX:ActiveProcessorCount=1 -XX:+AlwaysActAsServerClassMachine",
    "JAVA_TOOL_OPTIONS=-XX:+UseSerialGC, -XX:ActiveProcessorCount=1",
    "_JAVA_OPTIONS=-XX:+UseG1GC, -XX:ActiveProcessorCount=1"
  })
  void theJvmHasNothingToSayToIt(String environment, String flags) throws Exception {
    String started = started(environment, flags);

    assertThat(started).contains("holdfast ").doesNotContain("[warning]");
    if ((environment + flags).contains("24m")) {
      assertThat(largest(started)).isEqualTo(24);
    }
  }
}
