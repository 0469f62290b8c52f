package io.holdfast.config.source;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads one YAML 1.2 document. Anchors and aliases work; repeated keys are errors. One thread. */
public final class YamlSource {

  /** A config of 10,000 routes has about 2 MB; the engine's own bound is 3 MB. */
  private static final int MAX_CHARACTERS = 64 << 20;

  /** Each is read once, however often it is used, so many cost little. */
  private static final int MAX_ALIASES = 10_000;

  private static final Pattern NAMED =
      Pattern.compile("(?s)^(found (?:undefined alias|duplicate anchor|undefined tag handle)).*");

  private final String source;
  private final Environment environment;
  private final Problems problems;

  /** What has an anchor, and so may be met again; null while it is being read. */
  private final IdentityHashMap<Node, @Nullable Tree> known = new IdentityHashMap<>();

  private YamlSource(String source, Map<String, String> variables, Problems problems) {
    this.source = source;
    this.environment = new Environment(variables, problems);
    this.problems = problems;
  }

  /**
   * Reads {@code file} (UTF-8). Whatever is wrong goes to {@code problems}.
   *
   * @param variables the environment
   * @return what could be read; an empty mapping when nothing could
   */
  public static Tree read(Path file, Map<String, String> variables, Problems problems) {
    String source = file.toString();
    try {
      return parse(source, Files.readString(file), variables, problems);
    } catch (NoSuchFileException e) {
      problems.error(Place.of(source), "", "there is no such file");
    } catch (CharacterCodingException e) {
      problems.error(Place.of(source), "", "expected a text file in UTF-8");
    } catch (AccessDeniedException e) {
      problems.error(Place.of(source), "", "this user may not read it");
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "is a directory" : "cannot be read";
      problems.error(Place.of(source), "", why + "; expected a readable YAML file");
    }
    return Tree.Mapping.empty(Place.of(source));
  }

  /** As {@link #read}, of a text; {@code source} is how messages call it. */
  public static Tree parse(
      String source, String text, Map<String, String> variables, Problems problems) {
    Place start = new Place(source, 1, 1);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowNonScalarKeys(true)
            // The reader fails at a character of two code units on the edge of its buffer.
            .setBufferSize(text.length() + 2)
            .build();
    try {
      YamlSource reader = new YamlSource(source, variables, problems);
      StreamReader characters = new StreamReader(settings, text);
      return new Composer(settings, new ShallowParser(new ParserImpl(settings, characters)))
          .getSingleNode()
          .map(root -> reader.tree(root, ""))
          .orElse(Tree.Mapping.empty(start));
    } catch (MarkedYamlEngineException e) {
      // The whole message quotes the line, and that line may hold a secret; so may these names.
      Matcher named = NAMED.matcher(String.valueOf(e.getProblem()));
      String problem = named.replaceFirst("$1; quote values that start with * & or !");
      String context = e.getContext() == null ? "" : " " + e.getContext();
      Place place = e.getProblemMark().map(mark -> Place.at(source, mark)).orElse(start);
      problems.error(place, "", "not YAML" + context + ": " + problem);
    } catch (ReaderException e) {
      problems.error(start, "", "expected printable characters only, as YAML asks for");
    } catch (YamlEngineException e) {
      problems.error(start, "", "expected a YAML document of at most 64 MiB and 10,000 aliases");
    }
    return Tree.Mapping.empty(start);
  }

  private Tree tree(Node node, String path) {
    if (node.getAnchor().isEmpty()) {
      return read(node, path);
    }
    if (known.containsKey(node)) {
      Tree tree = known.get(node);
      if (tree != null) {
        return tree;
      }
      problems.error(place(node), path, "an alias to something that holds the alias itself");
      return new Tree.Broken(place(node));
    }
    known.put(node, null);
    Tree tree = read(node, path);
    known.put(node, tree);
    return tree;
  }

  private Tree read(Node node, String path) {
    if (node instanceof MappingNode mapping) {
      return mapping(mapping, path);
    }
    if (node instanceof SequenceNode sequence) {
      return sequence(sequence, path);
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar, path);
    }
    throw new IllegalStateException("no such YAML node: " + node.getNodeType());
  }

  private Tree scalar(ScalarNode node, String path) {
    Place place = place(node);
    String text = environment.resolve(node.getValue(), place, path);
    if (text == null) {
      return new Tree.Broken(place);
    }
    return new Tree.Scalar(place, text, node.getTag().equals(Tag.NULL));
  }

  private Tree.Sequence sequence(SequenceNode node, String path) {
    List<Tree> items = new ArrayList<>();
    for (Node item : node.getValue()) {
      items.add(tree(item, path + "[" + items.size() + "]"));
    }
    return new Tree.Sequence(place(node), items);
  }

  private Tree.Mapping mapping(MappingNode node, String path) {
    Map<String, Tree> entries = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        problems.error(place(tuple.getKeyNode()), path, "expected a name as key");
        continue;
      }
      if (!(scalar(keyNode, path) instanceof Tree.Scalar key)) {
        continue;
      }
      String at = path.isEmpty() ? key.text() : path + "." + key.text();
      Tree value = tree(tuple.getValueNode(), at);
      Place first = keys.putIfAbsent(key.text(), key.place());
      if (first == null) {
        entries.put(key.text(), value);
      } else {
        String problem = "the key stands here again; it is on line " + first.line() + " already";
        problems.error(key.place(), at, problem);
      }
    }
    return new Tree.Mapping(place(node), entries, keys);
  }

  private Place place(Node node) {
    Mark mark = node.getStartMark().orElseThrow();
    return Place.at(source, mark);
  }
}
