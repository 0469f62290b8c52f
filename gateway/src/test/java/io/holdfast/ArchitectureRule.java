package io.holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * How the packages below a root may know each other. Each rule takes the root's name, so that it
 * can also be tried on packages that are wrong on purpose.
 */
enum ArchitectureRule {
  /** A renamed package would slip through the rules that name it. */
  KNOWN_PACKAGES {
    @Override
    ArchRule of(String root) {
      return classes()
          .should(
              condition(
                  "be in a known package",
                  (type, events) -> {
                    String name = top(root, type);
                    if (!PACKAGES.contains(name)) {
                      events.add(violation(type, type.getName() + " is in package " + name));
                    }
                  }));
    }
  },

  NO_CYCLES {
    @Override
    ArchRule of(String root) {
      return slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return type.getPackageName().startsWith(root)
                      ? SliceIdentifier.of(type.getPackageName())
                      : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                  return "packages";
                }
              })
          .should()
          .beFreeOfCycles();
    }
  },

  MODEL_SEES_THE_JDK {
    @Override
    ArchRule of(String root) {
      return sees(root, "model");
    }
  },

  WEBSOCKET_SEES_BUFFERS {
    @Override
    ArchRule of(String root) {
      return sees(root, "websocket", "io.netty.buffer");
    }
  },

  /** What carries bytes knows the compiled model only, never where it came from. */
  DATA_PATH_IS_ALONE {
    @Override
    ArchRule of(String root) {
      String[] others =
          Stream.concat(
                  below(root, List.of("config", "control", "discovery", "admin", "cli")),
                  Stream.of("io.lettuce.."))
              .toArray(String[]::new);
      return noClasses()
          .that()
          .resideInAnyPackage(dataPath(root))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others);
    }
  },

  /** The parts are put together in one place: who reads the config does not also build the path. */
  ONLY_HOLDFAST_SEES_ALL {
    @Override
    ArchRule of(String root) {
      TreeMap<String, Set<String>> seen = new TreeMap<>();
      return classes()
          .that()
          .resideOutsideOfPackages(root)
          .should(
              condition(
                  "not see both the config and the data path",
                  (type, events) -> {
                    String from = top(root, type);
                    Set<String> all =
                        seen.computeIfAbsent(from, name -> new TreeSet<>(Set.of(name)));
                    type.getDirectDependenciesFromSelf()
                        .forEach(dependency -> all.add(top(root, dependency.getTargetClass())));
                    for (String built : List.of("listen", "upstream", "relay")) {
                      if (all.contains("config") && all.contains(built)) {
                        events.add(
                            violation(type, "package " + from + " sees both config and " + built));
                      }
                    }
                  }));
    }
  },

  /** {@code Holdfast} is started by commands and known to nobody else. */
  ROOT_IS_FOR_COMMANDS {
    @Override
    ArchRule of(String root) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(root, root + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(root);
    }
  },

  /** An event loop that waits stops every connection that it carries. */
  NOTHING_BLOCKS {
    @Override
    ArchRule of(String root) {
      return noClasses()
          .that()
          .resideInAnyPackage(dataPath(root))
          .should()
          .accessTargetWhere(BlockingCalls.INSTANCE);
    }
  },

  NULL_MARKED {
    @Override
    ArchRule of(String root) {
      return classes()
          .should(
              condition(
                  "be in a @NullMarked package",
                  (type, events) -> {
                    JavaPackage home = type.getPackage();
                    if (!home.isAnnotatedWith(NullMarked.class)) {
                      events.add(
                          violation(type, "package " + home.getName() + " is not @NullMarked"));
                    }
                  }));
    }
  };

  private static final List<String> DATA_PATH =
      List.of("listen", "route", "admit", "balance", "upstream", "relay");

  /** Those of a connection's life, and those around it; "" is the root. */
  private static final Set<String> PACKAGES =
      Set.of(
          "",
          "cli",
          "config",
          "model",
          "control",
          "listen",
          "route",
          "admit",
          "balance",
          "health",
          "upstream",
          "relay",
          "lifecycle",
          "websocket",
          "tls",
          "discovery",
          "cluster",
          "admin",
          "observe");

  /** The rule for the packages below {@code root}. */
  abstract ArchRule of(String root);

  private static ArchRule sees(String root, String name, String... more) {
    String[] allowed =
        Stream.concat(
                Stream.of("java..", "org.jspecify..", root + "." + name + ".."), Stream.of(more))
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(root + "." + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed);
  }

  private static String[] dataPath(String root) {
    return below(root, DATA_PATH).toArray(String[]::new);
  }

  private static Stream<String> below(String root, List<String> names) {
    return names.stream().map(name -> root + "." + name + "..");
  }

  /**
   * The first name below the root, "" for the root itself, the whole name for what is elsewhere.
   */
  private static String top(String root, JavaClass type) {
    String name = type.getPackageName();
    if (name.equals(root)) {
      return "";
    }
    if (!name.startsWith(root + ".")) {
      return name;
    }
    String rest = name.substring(root.length() + 1);
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static ConditionEvent violation(JavaClass type, String message) {
    return SimpleConditionEvent.violated(type, message);
  }

  private static ArchCondition<JavaClass> condition(
      String description, BiConsumer<JavaClass, ConditionEvents> check) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        check.accept(type, events);
      }
    };
  }
}
