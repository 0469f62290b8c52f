package io.holdfast.control;

import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The shares of groups that deploys have changed, over reloads, and over restarts where they are
 * kept. They hold until the file's own shares are others than they were then. For one thread at a
 * time.
 */
final class Shares {
  private static final Logger LOG = LoggerFactory.getLogger(Shares.class);
  private static final String FILE = "shares";
  private static final TypeReference<TreeMap<String, Changed>> ALL = new TypeReference<>() {};

  private final StateFolder state;
  private final Map<String, Changed> changed = new TreeMap<>();

  /** Those that outlive the process. */
  private final Map<String, Changed> kept = new TreeMap<>();

  /**
   * Shares of one service.
   *
   * @param file what the file says
   * @param now what holds in its place
   */
  private record Changed(Map<String, Integer> file, Map<String, Integer> now) {}

  Shares(StateFolder state) {
    this.state = state;
  }

  /** Takes up what was kept before the restart. */
  void restore() {
    Map<String, Changed> before = state.load(FILE, Shares::read);
    if (before != null) {
      changed.putAll(before);
      kept.putAll(before);
    }
  }

  private static Map<String, Changed> read(String text) {
    try {
      return JsonMapper.shared().readValue(text, ALL);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("expected JSON of shares by service", e);
    }
  }

  /**
   * Changes the shares of a service.
   *
   * @param file the service as the file has it
   */
  void set(Service file, Map<String, Integer> now, boolean keep) {
    Changed change = change(file, now);
    put(changed, file.name(), change);
    if (keep) {
      put(kept, file.name(), change);
      save();
    }
  }

  private static Changed change(Service file, Map<String, Integer> now) {
    return new Changed(file.balance().groups(), Map.copyOf(now));
  }

  private static void put(Map<String, Changed> all, String service, Changed change) {
    if (change.now().equals(change.file())) {
      all.remove(service);
    } else {
      all.put(service, change);
    }
  }

  /** Forgets those of services whose shares are others in a file that has come into force. */
  void forget(Snapshot file) {
    changed.entrySet().removeIf(one -> differs(file, one));
    if (kept.entrySet().removeIf(one -> differs(file, one))) {
      save();
    }
  }

  private static boolean differs(Snapshot file, Map.Entry<String, Changed> one) {
    Service service = file.services().get(one.getKey());
    return service != null && !service.balance().groups().equals(one.getValue().file());
  }

  private void save() {
    state.save(FILE, JsonMapper.shared().writeValueAsString(kept));
  }

  /** The file's configuration with the shares that hold in place of its own. */
  Snapshot apply(Snapshot file) {
    return apply(file, changed);
  }

  /** The same as it would be after {@link #set}, which is not done. */
  Snapshot apply(Snapshot file, Service service, Map<String, Integer> now) {
    Map<String, Changed> then = new TreeMap<>(changed);
    put(then, service.name(), change(service, now));
    return apply(file, then);
  }

  private static Snapshot apply(Snapshot file, Map<String, Changed> shares) {
    Map<String, Service> services = new HashMap<>(file.services());
    shares.forEach((name, change) ->
        services.computeIfPresent(
            name,
            (_, service) -> {
              Map<String, Integer> its = service.balance().groups();
              if (!its.equals(change.file())) {
                LOG.warn(
                    "service {}: its groups are {} in the file now, so the last deploy's {} hold no"
                        + " more",
                    name,
                    its,
                    change.now());
                return service;
              }
              return service.with(service.balance().withGroups(change.now()), service.backends());
            }));
    return file.withServices(services);
  }
}
