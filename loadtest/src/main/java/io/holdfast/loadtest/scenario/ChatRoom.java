package io.holdfast.loadtest.scenario;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the users of one room know of it together; all of them are of one event loop. */
final class ChatRoom {
  private static final int KEPT = 4096;

  private final Map<String, Said> said =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
          return size() > KEPT;
        }
      };

  /** The last message that anybody has heard. */
  long newest;

  /** What somebody has said. */
  record Said(String text, long due) {}

  void say(String id, String text, long due) {
    said.put(id, new Said(text, due));
  }

  /** What was said by this id; null when it was none of ours, or long ago. */
  @Nullable Said said(String id) {
    return said.get(id);
  }
}
