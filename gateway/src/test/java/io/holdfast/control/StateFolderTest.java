package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
  @TempDir private Path temp;

  private Path folder() {
    return temp.resolve("state");
  }

  private StateFolder state() {
    return new StateFolder(folder());
  }

  private @Nullable String load() {
    return state().load("x", text -> text);
  }

  private String[] names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).toArray(String[]::new);
    }
  }

  @Test
  void whatIsSavedIsThereForTheNextAndForNobodyElse() throws IOException {
    state().save("x", "one");
    state().save("x", "two");

    assertThat(load()).isEqualTo("two");
    assertThat(names()).containsExactly("x");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("x"))))
        .isEqualTo("rw-------");
  }

  @Test
  void withoutAFolderNothingIsKept() {
    StateFolder none = new StateFolder(null);
    none.save("x", "one");
    assertThat(none.<String>load("x", text -> text)).isNull();
    assertThat(Secret.of(none)).isNotEqualTo(Secret.of(none));
  }

  @Test
  void aLeftoverOfACrashIsInNobodysWay() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("x.new"), "half");
    state().save("x", "whole");
    assertThat(load()).isEqualTo("whole");
  }

  @Test
  void aDamagedFileIsSetAside() throws IOException {
    state().save("x", "damaged");
    String read =
        state()
            .load(
                "x",
                text -> {
                  throw new IllegalArgumentException("expected something else");
                });
    assertThat(read).isNull();
    assertThat(names()).singleElement().asString().startsWith("x.damaged-");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoEnd() throws IOException {
    Files.writeString(folder(), "a file");
    state().save("x", "one");
    assertThat(load()).isNull();
  }

  @Test
  void whatBelongsToAnotherProcessIsNotWrittenToAnyMore() throws IOException {
    StateFolder state = state();
    state.save("x", "mine");
    state.leave();

    assertThat(state.save("x", "still mine")).isTrue();
    assertThat(load()).isEqualTo("mine");
  }

  @Test
  void theSecretIsMadeOnce() throws IOException {
    String secret = Secret.of(state());
    assertThat(secret).matches("[0-9a-f]{64}");
    assertThat(Secret.of(state())).isEqualTo(secret);

    Files.writeString(folder().resolve("secret"), "short");
    assertThat(Secret.of(state())).isNotEqualTo(secret).matches("[0-9a-f]{64}");
    assertThat(names()).hasSize(2);
  }
}
