package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests of single moves share. */
abstract class MoveFixture {
  static final int KEY = 0x1234_5678;
  static final Duration TICK = Duration.ofMillis(100);

  final Bench bench = new Bench();
  final Moves outcome = new Moves();

  @AfterEach
  void nothingIsLeft() {
    bench.clear();
  }

  static Frame say(String text) {
    return Frame.text(text).masked(KEY);
  }

  static List<String> texts(Wire wire) {
    return wire.got().stream().map(f -> f.opcode() == Opcode.CLOSE ? f.close() : f.text()).toList();
  }

  /** Time passes until a silent relay is settled. */
  void settle() {
    bench.pass(Moves.QUIET.plus(TICK).plus(TICK));
  }

  /** The old backend answers the Close that a move sends, and ends its connection. */
  static void leaves(Wire old) {
    assertThat(texts(old)).containsExactly("1001 moved");
    old.sends(Frame.close(1001, ""));
    old.ends();
  }
}
