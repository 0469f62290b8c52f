package io.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation links to exists, and its configurations are right. */
final class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Pattern SERVICE = Pattern.compile("service: (\\w+)");
  private static final Pattern SERVICE_NAME = Pattern.compile("(?m)^services:\\n  (\\w+):");
  private static final Pattern FILE_NAME = Pattern.compile("(certs/[\\w-]+\\.\\w+)");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOLDFAST_COOKIE_SECRET", "a secret of enough characters");

  @TempDir private Path folder;

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> pages = pages();
    for (Path page : pages) {
      for (String link : all(LINK, Files.readString(page))) {
        if (!link.contains("://") && !leadsSomewhere(page, link)) {
          broken.add(ROOT.relativize(page) + ": " + link);
        }
      }
    }

    assertThat(pages).hasSizeGreaterThan(10);
    assertThat(broken).isEmpty();
  }

  @Test
  void theConfigurationsOfReadmeAndGuideAreRight() throws Exception {
    int count = 0;
    for (Path page : List.of(ROOT.resolve("README.md"), ROOT.resolve("docs/guide.md"))) {
      for (String yaml : all(YAML, Files.readString(page))) {
        count++;
        Path file = folder.resolve(count + ".yaml");
        Files.writeString(file, completed(yaml));
        for (String named : all(FILE_NAME, yaml)) {
          Files.createDirectories(folder.resolve("certs"));
          Files.writeString(folder.resolve(named), "");
        }
        try {
          assertThat(ConfigLoader.load(file, ENVIRONMENT).snapshot().routes()).isNotEmpty();
        } catch (ConfigException e) {
          throw new AssertionError(page + ":\n" + yaml + e.getMessage(), e);
        }
      }
    }
    assertThat(count).isGreaterThan(10);
  }

  /** Pieces of a configuration show what they are about; the rest is put in here. */
  private static String completed(String yaml) {
    StringBuilder all = new StringBuilder(yaml);
    if (!yaml.contains("listeners:")) {
      all.append("listeners: [{ bind: 127.0.0.1:8080 }]\n");
    }
    if (!yaml.contains("routes:")) {
      String service = all(SERVICE_NAME, yaml).stream().findFirst().orElse("chat");
      all.append("routes: [{ service: ").append(service).append(" }]\n");
    }
    if (!yaml.contains("services:")) {
      all.append("services:\n");
      List<String> services = all(SERVICE, all.toString());
      services.forEach(
          name -> all.append("  ").append(name).append(": { backends: [ws://10.0.0.1] }\n"));
    }
    return all.toString();
  }

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String name = hash < 0 ? link : link.substring(0, hash);
    Path target = name.isEmpty() ? page : page.resolveSibling(name).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || anchors(target).contains(link.substring(hash + 1));
  }

  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .toList();
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(DocsTest::group).distinct().toList();
  }

  private static String group(MatchResult result) {
    return result.group(1);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(docs, top).filter(file -> file.toString().endsWith(".md")).toList();
    }
  }
}
