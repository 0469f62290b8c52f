package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was said while there was no Redis, oldest first; of too much, the newest. Thread-safe. */
final class Unsent {
  private static final int MOST = 10_000;

  private final Deque<Message> messages = new ArrayDeque<>();

  /** Those that were told here already, when they come back from Redis. */
  private final Set<String> heardHere = new HashSet<>();

  synchronized void add(Message said) {
    if (messages.size() == MOST) {
      heardHere.remove(messages.remove().id());
    }
    messages.add(said);
    heardHere.add(said.id());
  }

  synchronized @Nullable Message peek() {
    return messages.peek();
  }

  synchronized void remove(Message said) {
    messages.remove(said);
  }

  /** To be asked when a message comes from Redis; once, as it comes once. */
  synchronized boolean wasHeardHere(Message said) {
    return heardHere.remove(said.id());
  }
}
