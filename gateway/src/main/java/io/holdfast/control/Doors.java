package io.holdfast.control;

import io.holdfast.listen.Listeners;
import io.holdfast.model.Listener;
import io.holdfast.model.ListenerTls;
import io.holdfast.tls.ServerTls;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The listeners that are bound now. Blocks; calls must not overlap. */
final class Doors {
  private final Listeners listeners;
  private final Map<String, Listeners.Bound> open = new LinkedHashMap<>();

  Doors(Listeners listeners) {
    this.listeners = listeners;
  }

  /** Reads a listener's certificate anew: its files may have changed under the same names. */
  static Listeners.Settings settings(Listener listener) {
    ListenerTls tls = listener.tls();
    return new Listeners.Settings(listener, tls == null ? null : ServerTls.context(tls));
  }

  /**
   * Binds all or none.
   *
   * @throws BindFailure when one of them cannot be bound
   */
  void bind(List<Listeners.Settings> wanted) throws InterruptedException {
    List<String> done = new ArrayList<>();
    for (Listeners.Settings settings : wanted) {
      try {
        CompletableFuture<Listeners.Bound> bound = new CompletableFuture<>();
        listeners
            .bind(settings, bound::complete)
            .addListener(future -> {
              if (!future.isSuccess()) {
                bound.completeExceptionally(future.cause());
              }
            });
        open.put(key(settings.listener()), bound.get());
        done.add(key(settings.listener()));
      } catch (ExecutionException e) {
        for (String key : done) {
          close(key);
        }
        throw new BindFailure(settings.listener(), e.getCause());
      }
    }
  }

  /** New connections of a bound listener keep to {@code settings}. */
  void change(Listeners.Settings settings) {
    Listeners.Bound bound = open.get(key(settings.listener()));
    if (bound != null) {
      bound.change(settings);
    }
  }

  /** Accepts no more there. */
  void unbind(Listener listener) throws InterruptedException {
    close(key(listener));
  }

  /** Accepts no more anywhere. */
  void unbindAll() throws InterruptedException {
    for (String key : List.copyOf(open.keySet())) {
      close(key);
    }
  }

  /** Addresses that are bound, in the configuration's order. */
  List<InetSocketAddress> addresses() {
    return open.values().stream().map(Listeners.Bound::address).toList();
  }

  private void close(String key) throws InterruptedException {
    Listeners.Bound bound = open.remove(key);
    if (bound != null) {
      bound.close().await();
    }
  }

  private static String key(Listener listener) {
    return listener.host() + ":" + listener.port();
  }
}
