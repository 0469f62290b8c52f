package io.holdfast.config;

import io.holdfast.config.source.Place;
import io.holdfast.config.source.Problems;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Tree;
import io.holdfast.config.source.TreePath;
import io.holdfast.config.source.YamlSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes snapshots of files and flags. Blocks for file access; any thread. */
public final class ConfigLoader {

  private ConfigLoader() {}

  /**
   * Loads {@code file}.
   *
   * @param flags options that the command line sets, by their {@link #isPath path} in the file;
   *     they beat the environment, which beats the file
   * @param environment for {@code ${NAME}} and the {@code HOLDFAST_…} variables
   * @throws ConfigException when anything is wrong, with all that is
   */
  public static LoadedConfig load(
      Path file, Map<String, String> flags, Map<String, String> environment)
      throws ConfigException {
    Problems problems = new Problems();
    Tree document = YamlSource.read(file, environment, problems);
    if (document instanceof Tree.Broken
        || (document instanceof Tree.Mapping mapping
            && mapping.entries().isEmpty()
            && problems.count() > 0)) {
      throw new ConfigException(problems);
    }
    Tree tree = Overrides.apply(document, flags, environment, problems);
    return compile(tree, Folder.of(file), problems);
  }

  /** As {@link #load(Path, Map, Map)} without flags. */
  public static LoadedConfig load(Path file, Map<String, String> environment)
      throws ConfigException {
    return load(file, Map.of(), environment);
  }

  /**
   * A configuration without a file: one route for every path, to one service named {@code default}.
   *
   * @param listen addresses to listen on, such as {@code :8080}
   * @param to backends, such as {@code ws://127.0.0.1:8001}
   * @param flags as in {@link #load(Path, Map, Map)}
   * @param environment for the {@code HOLDFAST_…} variables
   * @throws ConfigException when anything is wrong, with all that is
   */
  public static LoadedConfig fromFlags(
      List<String> listen,
      List<String> to,
      Map<String, String> flags,
      Map<String, String> environment)
      throws ConfigException {
    Place listenFlag = Place.of("--listen");
    Place toFlag = Place.of("--to");
    List<Tree> listeners = new ArrayList<>();
    for (String bind : listen) {
      listeners.add(mapping(listenFlag, Map.of("bind", scalar(listenFlag, bind))));
    }
    List<Tree> backends = new ArrayList<>();
    for (String url : to) {
      backends.add(scalar(toFlag, url));
    }
    Tree service =
        mapping(toFlag, Map.of("backends", new Tree.Sequence(toFlag, List.copyOf(backends))));
    Tree route = mapping(toFlag, Map.of("service", scalar(toFlag, "default")));
    Map<String, Tree> document = new LinkedHashMap<>();
    document.put("listeners", new Tree.Sequence(listenFlag, List.copyOf(listeners)));
    document.put("routes", new Tree.Sequence(toFlag, List.of(route)));
    document.put("services", mapping(toFlag, Map.of("default", service)));
    Tree tree = mapping(Place.of("command line"), document);
    Problems problems = new Problems();
    tree = Overrides.apply(tree, flags, environment, problems);
    return compile(tree, new Folder(Path.of("")), problems);
  }

  /**
   * Whether {@code text} is written as the path of an option, such as {@code
   * services.chat.backends[0].weight}.
   */
  public static boolean isPath(String text) {
    return TreePath.is(text);
  }

  private static LoadedConfig compile(Tree document, Folder folder, Problems problems)
      throws ConfigException {
    FileConfig config = Section.read(document, problems, in -> FileConfig.read(in, folder));
    if (problems.count() > 0) {
      throw new ConfigException(problems);
    }
    return new LoadedConfig(config.compile(), problems.warnings(), document);
  }

  private static Tree scalar(Place place, String text) {
    return new Tree.Scalar(place, text, false);
  }

  private static Tree mapping(Place place, Map<String, Tree> entries) {
    Map<String, Place> keys = new LinkedHashMap<>();
    entries.keySet().forEach(key -> keys.put(key, place));
    return new Tree.Mapping(place, entries, keys);
  }
}
