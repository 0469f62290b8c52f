package io.holdfast.control;

import static io.holdfast.control.Twins.key;
import static io.holdfast.control.Twins.overlap;
import static java.util.Objects.requireNonNull;

import io.holdfast.listen.Listeners;
import io.holdfast.listen.Listeners.Opening;
import io.holdfast.model.Listener;
import io.holdfast.model.ListenerTls;
import io.holdfast.tls.ServerTls;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners that are bound now. Blocks; calls must not overlap. */
final class Doors {
  private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

  /** How often a port that we had is tried, since NIO lets go of it in its next round only. */
  private static final int TRIES = 50;

  private static final long BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(10);

  private record Door(Listeners.Settings settings, Listeners.Bound bound) {}

  private record Shut(Listeners.Settings settings, int port) {}

  private final Listeners listeners;
  private final Map<String, Door> open = new LinkedHashMap<>();

  /** By key, in the configuration's order. */
  private final Map<String, Shut> shut = new LinkedHashMap<>();

  Doors(Listeners listeners) {
    this.listeners = listeners;
  }

  /** Reads a listener's certificate anew: its files may have changed under the same names. */
  static Listeners.Settings settings(Listener listener) {
    ListenerTls tls = listener.tls();
    return new Listeners.Settings(listener, tls == null ? null : ServerTls.context(tls));
  }

  /**
   * Binds {@code wanted}, all or none, and unbinds {@code unwanted}: before, where an address of
   * theirs is in the way, else after.
   *
   * @throws BindFailure when one of them cannot be bound; all is as it was then
   */
  void change(List<Listeners.Settings> wanted, List<Listener> unwanted)
      throws InterruptedException {
    List<Door> inTheWay = new ArrayList<>();
    for (Listener listener : unwanted) {
      Door door = open.get(key(listener));
      if (door != null && wanted.stream().anyMatch(w -> overlap(w.listener(), listener))) {
        inTheWay.add(door);
      }
    }
    for (Door door : inTheWay) {
      close(key(door.settings.listener()));
    }
    try {
      bind(wanted, Opening.ALONE, inTheWay.isEmpty() ? 1 : TRIES);
    } catch (BindFailure | InterruptedException e) {
      rebind(inTheWay);
      throw e;
    }
    for (Listener listener : unwanted) {
      close(key(listener));
    }
  }

  /**
   * Binds the first ones, all or none. At addresses that another process has shared the kernel
   * gives all new connections to this one then; so they come last, for nothing may fail after them.
   *
   * @param shared as {@link #share} has them
   * @throws BindFailure when one of them cannot be bound
   */
  void open(List<Listeners.Settings> wanted, Set<String> shared) throws InterruptedException {
    Predicate<Listeners.Settings> isShared = s -> shared.contains(key(s.listener()));
    bind(wanted.stream().filter(isShared.negate()).toList(), Opening.ALONE, 1);
    List<Listeners.Settings> last = wanted.stream().filter(isShared).toList();
    try {
      bind(last, Opening.SHARED, 1);
    } catch (BindFailure | InterruptedException e) {
      unbindAll();
      throw e;
    }
    for (Listeners.Settings settings : wanted) {
      String key = key(settings.listener());
      Door door = requireNonNull(open.remove(key));
      open.put(key, door); // now in the order of the configuration
      if (last.contains(settings) && !door.bound.steer()) {
        LOG.warn(
            "{}: new connections cannot be steered here, so some may be reset when the gateway"
                + " before closes",
            key);
      }
    }
  }

  /** Lets another process of this user bind the same addresses, and returns them. */
  Set<String> share() {
    Set<String> shared = new TreeSet<>();
    open.forEach((key, door) -> {
      // Who asks for any port gets another one.
      if (door.settings.listener().port() != 0 && door.bound.share()) {
        shared.add(key);
      }
    });
    return shared;
  }

  private void rebind(List<Door> doors) throws InterruptedException {
    for (Door door : doors) {
      try {
        bind(List.of(door.settings), Opening.ALONE, TRIES);
      } catch (BindFailure e) {
        LOG.error("a listener is lost: {}", e.getMessage());
      }
    }
  }

  private void bind(List<Listeners.Settings> wanted, Opening opening, int tries)
      throws InterruptedException {
    List<String> done = new ArrayList<>();
    try {
      for (Listeners.Settings settings : wanted) {
        open.put(key(settings.listener()), new Door(settings, bind(settings, opening, tries)));
        done.add(key(settings.listener()));
      }
    } catch (BindFailure | InterruptedException e) {
      for (String key : done) {
        close(key);
      }
      throw e;
    }
  }

  private Listeners.Bound bind(Listeners.Settings settings, Opening opening, int tries)
      throws InterruptedException {
    for (int left = tries; ; left--) {
      CompletableFuture<Listeners.Bound> bound = new CompletableFuture<>();
      listeners
          .bind(settings, opening, bound::complete)
          .addListener(future -> {
            if (!future.isSuccess()) {
              bound.completeExceptionally(future.cause());
            }
          });
      try {
        Listeners.Bound result = bound.get();
        if (Thread.interrupted()) {
          // A future that is done does not look.
          throw new InterruptedException("while " + key(settings.listener()) + " was bound");
        }
        return result;
      } catch (InterruptedException e) {
        bound.thenAccept(Listeners.Bound::close);
        throw e;
      } catch (ExecutionException e) {
        if (left <= 1) {
          throw failure(settings.listener(), e.getCause());
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES);
      }
    }
  }

  private BindFailure failure(Listener listener, @Nullable Throwable cause) {
    for (Door door : open.values()) {
      if (overlap(door.settings.listener(), listener)) {
        return new BindFailure(
            listener, "this gateway listens on " + key(door.settings.listener()) + " already");
      }
    }
    return new BindFailure(listener, cause);
  }

  /** New connections of a bound listener keep to {@code settings}. */
  void change(Listeners.Settings settings) {
    Door door = open.get(key(settings.listener()));
    if (door != null) {
      door.bound.change(settings);
      open.put(key(settings.listener()), new Door(settings, door.bound));
    }
  }

  /** Accepts no more anywhere, until {@link #reopen}. */
  void shut() throws InterruptedException {
    open.forEach(
        (key, door) -> shut.put(key, new Shut(door.settings, door.bound.address().getPort())));
    unbindAll();
  }

  /**
   * Binds all that is shut at the addresses they had, all or none. Clients wait until {@link
   * #accept}.
   *
   * @throws BindFailure when one of them cannot be bound; all stay shut then
   */
  void reopen() throws InterruptedException {
    try {
      for (Map.Entry<String, Shut> one : shut.entrySet()) {
        Listeners.Settings settings = one.getValue().settings;
        Listener before = settings.listener().at(one.getValue().port);
        Listeners.Settings there = new Listeners.Settings(before, settings.tls());
        Listeners.Bound bound = bind(there, Opening.HELD, TRIES);
        bound.change(settings);
        open.put(one.getKey(), new Door(settings, bound));
      }
    } catch (BindFailure | InterruptedException e) {
      unbindAll();
      throw e;
    }
  }

  /** Accepts clients at what is reopened. */
  void accept() {
    shut.keySet().forEach(key -> requireNonNull(open.get(key)).bound.accept());
    shut.clear();
  }

  /** Accepts no more anywhere. */
  void unbindAll() throws InterruptedException {
    for (String key : List.copyOf(open.keySet())) {
      close(key);
    }
  }

  /** Addresses that are bound, in the configuration's order. */
  List<InetSocketAddress> addresses() {
    return open.values().stream().map(door -> door.bound.address()).toList();
  }

  private void close(String key) throws InterruptedException {
    Door door = open.remove(key);
    if (door != null) {
      door.bound.close().await();
    }
  }
}
