package io.holdfast.chat.session;

import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway says of a client that it may move to another node later, or has just moved here.
 *
 * @param session what the gateway calls it, on all nodes
 * @param resume null for one that begins here
 * @param thread of its connection
 */
public record Handover(String session, @Nullable Resume resume, Executor thread) {
  /** The header with {@link #session}. */
  public static final String SESSION = "Holdfast-Session";

  /** The header with {@link #resume}. */
  public static final String RESUME = "Holdfast-Resume";

  private static final Pattern KEY = Pattern.compile("[\\w-]{16,128}");

  /** Why it goes on here. */
  public enum Resume {
    /** It is moved from a node that lives, and that is told so by a Close. */
    PLANNED,
    /** The other node has closed it. */
    CLOSED,
    /** The other node is gone, and nobody knows what it has sent last. */
    LOST
  }

  /** Reads the headers; null where there is no session, or none that a gateway would name. */
  public static @Nullable Handover of(
      @Nullable String session, @Nullable String resume, Executor thread) {
    if (session == null || !KEY.matcher(session).matches()) {
      return null;
    }
    return new Handover(
        session,
        switch (resume) {
          case "planned" -> Resume.PLANNED;
          case "closed" -> Resume.CLOSED;
          case "lost" -> Resume.LOST;
          case null, default -> null;
        },
        thread);
  }
}
