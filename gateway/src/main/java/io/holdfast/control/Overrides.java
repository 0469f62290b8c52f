package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Standing;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What operators have said of backends. It holds over reloads, and over restarts where there is a
 * state folder, until it is cleared; also for a backend that leaves the configuration and comes
 * back. For one thread at a time.
 */
final class Overrides {
  private static final String FILE = "overrides";

  private final LiveBackends live;
  private final Drains drains;
  private final StateFolder state;

  /** By service and address, as {@code chat ws://10.0.0.1:8000}. */
  private final Map<String, Standing.Word> words = new TreeMap<>();

  Overrides(LiveBackends live, Drains drains, StateFolder state) {
    this.live = live;
    this.drains = drains;
    this.state = state;
  }

  /** Takes up what was said before the restart. */
  void restore() {
    Map<String, Standing.Word> kept = state.load(FILE, Overrides::read);
    if (kept != null) {
      words.putAll(kept);
    }
  }

  /** Says it of the backends of a configuration that comes into force. */
  void apply(Snapshot snapshot) {
    for (Service service : snapshot.services().values()) {
      for (Backend backend : service.backends()) {
        Standing.Word word = words.get(key(service, backend));
        if (word != null) {
          say(service, backend, word, null);
        }
      }
    }
  }

  /**
   * Says {@code word} of a backend.
   *
   * @param name its address, or host and port
   * @param only the service; null for all that have it
   * @param pace of a drain; null for the service's own
   * @return those that it was said of
   */
  List<LiveBackend> set(
      Snapshot snapshot,
      String name,
      @Nullable String only,
      Standing.Word word,
      @Nullable Pace pace) {
    List<LiveBackend> said = new ArrayList<>();
    for (Service service : snapshot.services().values()) {
      if (only != null && !only.equals(service.name())) {
        continue;
      }
      for (Backend backend : service.backends()) {
        if (backend.address().equals(name) || backend.authority().equals(name)) {
          remember(service, backend, word);
          say(service, backend, word, pace);
          said.add(live.of(service.name(), backend));
        }
      }
    }
    if (!said.isEmpty()) {
      state.save(FILE, write());
    }
    return said;
  }

  /**
   * Says {@code word} of all backends of a group; a drain takes them together, at one pace.
   *
   * @param pace of a drain
   * @return the drain; null for other words
   */
  @Nullable DrainRun set(Service service, String group, Standing.Word word, Pace pace) {
    for (Backend backend : service.members(group)) {
      remember(service, backend, word);
      drains.stop(Gone.drained(service.name(), backend.address()));
      change(live.of(service.name(), backend), word);
    }
    state.save(FILE, write());
    Gone gone = Gone.group(service.name(), group);
    drains.stop(gone);
    return word == Standing.Word.DRAIN ? drains.start(gone, service, pace) : null;
  }

  /** Takes back that a group drains; other words stay. */
  void admit(Service service, String group) {
    drains.stop(Gone.group(service.name(), group));
    for (Backend backend : service.members(group)) {
      if (words.get(key(service, backend)) == Standing.Word.DRAIN) {
        words.remove(key(service, backend));
        drains.stop(Gone.drained(service.name(), backend.address()));
        change(live.of(service.name(), backend), Standing.Word.NONE);
      }
    }
    state.save(FILE, write());
  }

  private void remember(Service service, Backend backend, Standing.Word word) {
    if (word == Standing.Word.NONE) {
      words.remove(key(service, backend));
    } else {
      words.put(key(service, backend), word);
    }
  }

  private static void change(LiveBackend backend, Standing.Word word) {
    backend.change(standing -> standing.withOverride(word), "an operator says so");
  }

  private void say(Service service, Backend backend, Standing.Word word, @Nullable Pace pace) {
    LiveBackend of = live.of(service.name(), backend);
    if (of.standing().override() == word && pace == null) {
      return;
    }
    change(of, word);
    Gone gone = Gone.drained(service.name(), backend.address());
    if (word == Standing.Word.DRAIN) {
      drains.start(gone, service, pace == null ? Pace.of(service.drain()) : pace);
    } else {
      drains.stop(gone);
    }
  }

  private static String key(Service service, Backend backend) {
    return service.name() + " " + backend.address();
  }

  private String write() {
    StringBuilder text = new StringBuilder();
    words.forEach((key, word) -> text.append(word.word()).append(' ').append(key).append('\n'));
    return text.toString();
  }

  private static Map<String, Standing.Word> read(String text) {
    Map<String, Standing.Word> words = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split(" ", 3);
      if (parts.length != 3) {
        throw new IllegalArgumentException("expected lines such as drain chat ws://10.0.0.1:8000");
      }
      words.put(
          parts[1] + " " + parts[2], Standing.Word.valueOf(parts[0].toUpperCase(Locale.ROOT)));
    }
    return words;
  }
}
