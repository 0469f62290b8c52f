package io.holdfast.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/** What is said comes back: the same, and in the same order. */
final class EchoDialogue implements Dialogue {
  private final User user;
  private final Deque<Said> said = new ArrayDeque<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Said(byte[] payload, long due) {}

  EchoDialogue(User user) {
    this.user = user;
  }

  @Override
  public void opened() {
    user.ready();
  }

  @Override
  public void say(int n, long due) {
    byte[] payload = user.text(n).getBytes(UTF_8);
    said.add(new Said(payload, due));
    user.send(payload);
  }

  @Override
  public void received(boolean text, byte[] payload) {
    Said first = said.peek();
    if (first == null) {
      user.measures().error("duplicated", 1);
    } else if (text && Arrays.equals(first.payload, payload)) {
      said.remove();
      user.delivered(first.due);
      user.answered();
    } else {
      user.measures().error(isLater(payload) ? "out_of_order" : "mismatched", 1);
      user.answered();
    }
  }

  /** Takes what came too early out of what is expected, or the first, whose place it has taken. */
  private boolean isLater(byte[] payload) {
    for (Iterator<Said> all = said.iterator(); all.hasNext(); ) {
      if (Arrays.equals(all.next().payload, payload)) {
        all.remove();
        return true;
      }
    }
    said.remove();
    return false;
  }

  @Override
  public long unheard() {
    return said.size();
  }

  @Override
  public long missing() {
    return unheard();
  }

  @Override
  public void ended() {
    // What is missing was counted.
  }
}
