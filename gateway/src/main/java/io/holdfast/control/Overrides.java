package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Standing;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Backend;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What operators have said of backends. It holds over reloads, and over restarts where there is a
 * state folder, until it is cleared; also for a backend that leaves the configuration and comes
 * back. For one thread at a time.
 */
final class Overrides {
  private static final String FILE = "overrides";

  // Why a backend is in a state, for the log.
  private static final String BY_OPERATOR = "an operator says so";
  private static final String BY_DEPLOY = "a deploy says so";

  private final LiveBackends live;
  private final Drains drains;
  private final StateFolder state;

  /** By service and address, as {@code chat ws://10.0.0.1:8000}. */
  private final Map<String, Said> words = new TreeMap<>();

  /**
   * What holds of a backend.
   *
   * @param before what held before its group was drained, and holds again when that is taken back;
   *     null when it was not
   */
  private record Said(Standing.Word word, Standing.@Nullable Word before) {
    static final Said NOTHING = new Said(Standing.Word.NONE, null);

    String why() {
      return before == null ? BY_OPERATOR : BY_DEPLOY;
    }
  }

  Overrides(LiveBackends live, Drains drains, StateFolder state) {
    this.live = live;
    this.drains = drains;
    this.state = state;
  }

  /** Takes up what was said to the process before, in place of all that was said to this one. */
  void restore() {
    Map<String, Said> kept = state.load(FILE, Overrides::read);
    if (kept != null) {
      words.clear();
      words.putAll(kept);
    }
  }

  /**
   * Says it of the backends of a configuration that comes into force. A group that it gives clients
   * is not left drained by a deploy, for then nobody might serve them.
   */
  void apply(Snapshot snapshot) {
    for (Service service : snapshot.services().values()) {
      service
          .balance()
          .groups()
          .forEach((group, share) -> {
            if (share > 0 && isDrained(service, group)) {
              admit(service, group);
            }
          });
      for (Backend backend : service.backends()) {
        Said said = words.getOrDefault(key(service, backend), Said.NOTHING);
        if (live.of(service.name(), backend).standing().override() != said.word()) {
          say(service, backend, said.word(), Pace.of(service.drain()), said.why());
        }
      }
    }
  }

  /**
   * A backend that is found in a group that a deploy has drained is drained, too.
   *
   * @param service as it was before
   */
  void join(Service service, Backend found) {
    String group = found.group();
    if (group != null && !words.containsKey(key(service, found)) && isDrained(service, group)) {
      remember(service, found, new Said(Standing.Word.DRAIN, Standing.Word.NONE));
      keep();
    }
  }

  /** Forgets what was said of a backend that was found by a name, and is there no more. */
  void forget(Service service, Backend backend) {
    if (words.remove(key(service, backend)) != null) {
      keep();
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
          remember(service, backend, new Said(word, null));
          say(service, backend, word, pace == null ? Pace.of(service.drain()) : pace, BY_OPERATOR);
          said.add(live.of(service.name(), backend));
        }
      }
    }
    if (!said.isEmpty()) {
      keep();
    }
    return said;
  }

  /**
   * Says {@code word} of all backends of a group; a drain takes them together, at one pace.
   *
   * @param pace of a drain
   */
  void set(Service service, String group, Standing.Word word, Pace pace) {
    for (Backend backend : service.members(group)) {
      remember(service, backend, new Said(word, null));
      change(service, backend, word, BY_OPERATOR);
    }
    keep();
    Gone gone = Gone.group(service.name(), group);
    if (word == Standing.Word.DRAIN) {
      drains.start(gone, service, pace);
    } else {
      drains.stop(gone);
    }
  }

  /** Drains a group until {@link #admit}. */
  DrainRun drain(Service service, String group, Pace pace) {
    for (Backend backend : service.members(group)) {
      remember(service, backend, new Said(Standing.Word.DRAIN, before(service, backend)));
      change(service, backend, Standing.Word.DRAIN, BY_DEPLOY);
    }
    keep();
    return drains.start(Gone.group(service.name(), group), service, pace);
  }

  private Standing.Word before(Service service, Backend backend) {
    Said said = words.getOrDefault(key(service, backend), Said.NOTHING);
    return Objects.requireNonNullElse(said.before(), said.word());
  }

  private boolean isDrained(Service service, String group) {
    return service.members(group).stream()
        .anyMatch(one -> words.getOrDefault(key(service, one), Said.NOTHING).before() != null);
  }

  /** Takes back a {@link #drain}: what was said of the group's backends before holds again. */
  void admit(Service service, String group) {
    takeBack(service, group);
    keep();
  }

  /** The same, but for {@link #keep}. */
  void takeBack(Service service, String group) {
    drains.stop(Gone.group(service.name(), group));
    for (Backend backend : service.members(group)) {
      Said said = words.getOrDefault(key(service, backend), Said.NOTHING);
      if (said.before() != null) {
        remember(service, backend, new Said(said.before(), null));
        say(service, backend, said.before(), Pace.of(service.drain()), BY_DEPLOY);
      }
    }
  }

  /** Has what was said outlive this process. */
  void keep() {
    state.save(FILE, write());
  }

  private void remember(Service service, Backend backend, Said said) {
    if (said.word() == Standing.Word.NONE) {
      words.remove(key(service, backend));
    } else {
      words.put(key(service, backend), said);
    }
  }

  private void say(Service service, Backend backend, Standing.Word word, Pace pace, String why) {
    change(service, backend, word, why);
    if (word == Standing.Word.DRAIN) {
      drains.start(Gone.drained(service.name(), backend.address()), service, pace);
    }
  }

  /** A word ends what the one before has begun, and also what probes have unless they decide. */
  private void change(Service service, Backend backend, Standing.Word word, String why) {
    drains.stop(Gone.drained(service.name(), backend.address()));
    live.of(service.name(), backend).change(standing -> standing.withOverride(word), why);
    Gone unhealthy = Gone.unhealthy(service.name(), backend.address());
    if (word != Standing.Word.NONE) {
      drains.stop(unhealthy);
    } else if (live.of(service.name(), backend).standing().failing()
        && service.drain().onUnhealthy() != OnUnhealthy.LEAVE) {
      drains.start(unhealthy, service);
    }
  }

  private static String key(Service service, Backend backend) {
    return service.name() + " " + backend.address();
  }

  private String write() {
    StringBuilder text = new StringBuilder();
    words.forEach((key, said) -> {
      text.append(said.word().word()).append(' ').append(key);
      if (said.before() != null) {
        text.append(' ').append(said.before().word());
      }
      text.append('\n');
    });
    return text.toString();
  }

  private static Map<String, Said> read(String text) {
    Map<String, Said> words = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split(" ", 4);
      if (parts.length < 3) {
        throw new IllegalArgumentException(
            "expected lines such as drain chat ws://10.0.0.1:8000, and perhaps the word before");
      }
      Standing.Word before = parts.length == 3 ? null : word(parts[3]);
      words.put(parts[1] + " " + parts[2], new Said(word(parts[0]), before));
    }
    return words;
  }

  private static Standing.Word word(String text) {
    return Standing.Word.valueOf(text.toUpperCase(Locale.ROOT));
  }
}
