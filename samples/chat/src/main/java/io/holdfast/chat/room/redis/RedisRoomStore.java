package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.Seat;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For nodes on many machines. What this node needs to go on alone, it has in memory too: without
 * Redis its clients hear each other, and when Redis is back all others hear what they said.
 */
public final class RedisRoomStore implements RoomStore, AutoCloseable {
  private static final long TICK_MILLIS = 250;
  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String node;
  private final InstantSource clock;
  private final RedisLink link;
  private final RedisRooms redis;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** This node's members, and what was said in their rooms. Its events are told while apart. */
  private final MemoryRoomStore here;

  private final Unsent unsent = new Unsent();
  private final Known known;
  private final Reunion reunion;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("chat-redis").daemon().factory());
  private volatile boolean apart;
  private long aliveAt;

  private RedisRoomStore(RedisLink link, String node, InstantSource clock) {
    this.link = link;
    this.node = node;
    this.clock = clock;
    this.redis = new RedisRooms(link.commands());
    this.here = new MemoryRoomStore(clock);
    this.known = new Known(here, unsent);
    this.reunion = new Reunion(node, link, redis, here, known, unsent, this::tell);
    here.listen(event -> {
      if (apart) {
        tell(event);
      }
    });
  }

  /**
   * Connects.
   *
   * @param uri as {@code redis://[[user]:password@]host[:port][/database]}, {@code rediss} for TLS
   * @param node that this is, unlike any other
   * @throws IllegalArgumentException when there is no Redis now, or the URI is none
   */
  public static RedisRoomStore connect(String uri, String node, InstantSource clock) {
    RedisLink link = RedisLink.connect(uri);
    RedisRoomStore store = new RedisRoomStore(link, node, clock);
    try {
      link.listen(store::told, store::parted);
      store.meet();
    } catch (RuntimeException e) {
      store.close();
      throw new IllegalArgumentException("REDIS_URL: cannot use it: " + e.getMessage(), e);
    }
    store.ticks.scheduleWithFixedDelay(
        store::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return store;
  }

  @Override
  public Ear listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private void tell(RoomEvent event) {
    listeners.forEach(listener -> listener.onEvent(event));
  }

  /** A node has told this, maybe this one. */
  private synchronized void told(String text) {
    RoomEvent event = RoomText.event(text);
    switch (event) {
      case RoomEvent.Said(Message said) -> {
        if (known.isNew(said)) {
          tell(event);
        }
      }
      // While apart, comings and goings here were told when they happened.
      case RoomEvent.Joined(String _, Person who, int _) -> tellUnlessKnown(event, who);
      case RoomEvent.Left(String _, Person who, int _) -> tellUnlessKnown(event, who);
      default -> tell(event);
    }
  }

  private void tellUnlessKnown(RoomEvent event, Person who) {
    if (!apart || !who.node().equals(node)) {
      tell(event);
    }
  }

  private synchronized void parted() {
    if (!apart) {
      apart = true;
      listeners.forEach(listener -> listener.onApart(true));
    }
  }

  @Override
  public CompletionStage<Arrival> join(String room, Person who) {
    known.enter(room);
    CompletionStage<Arrival> alone = here.join(room, who);
    if (apart) {
      return alone;
    }
    return redis
        .join(room, who, 0)
        .thenApply(arrival -> {
          known.found(room, arrival.history());
          return arrival;
        })
        .exceptionallyCompose(_ -> {
          parted();
          return alone;
        });
  }

  @Override
  public void leave(String room, Person who) {
    here.leave(room, who);
    if (!here.isOccupied(room)) {
      known.leave(room);
    }
    if (!apart) {
      redis.leave(room, who).whenComplete(this::partedBy);
    }
  }

  @Override
  public CompletionStage<@Nullable Void> move(String room, Person from, Person to) {
    known.enter(room);
    CompletionStage<@Nullable Void> alone = here.move(room, from, to);
    return apart
        ? alone
        : redis.move(room, from, to).whenComplete(this::partedBy).handle((_, _) -> null);
  }

  @Override
  public void keep(String session, Seat seat) {
    here.keep(session, seat);
    if (!apart) {
      redis.keep(session, seat).whenComplete(this::partedBy);
    }
  }

  @Override
  public CompletionStage<Optional<Seat>> seat(String session) {
    return apart
        ? here.seat(session)
        : redis.seat(session).exceptionallyCompose(_ -> here.seat(session));
  }

  private void partedBy(@Nullable Object ignored, @Nullable Throwable failure) {
    if (failure != null) {
      parted();
    }
  }

  @Override
  public CompletionStage<Message> say(String room, Person who, String id, String text) {
    if (apart) {
      return sayHere(room, who, id, text);
    }
    Message said =
        new Message(id, room, known.last(room) + 1, who.id(), who.name(), text, clock.instant());
    return redis
        .say(said)
        .thenApply(said::withSequence)
        .exceptionallyCompose(_ -> {
          parted();
          return sayHere(room, who, id, text);
        });
  }

  /** To those here, and to Redis when it is back. */
  private synchronized CompletionStage<Message> sayHere(
      String room, Person who, String id, String text) {
    CompletionStage<Message> said = here.say(room, who, id, text);
    said.thenAccept(unsent::add);
    return said;
  }

  @Override
  public void typing(String room, Person who) {
    here.typing(room, who);
    if (!apart) {
      redis.typing(room, who).whenComplete(this::partedBy);
    }
  }

  @Override
  public CompletionStage<List<Person>> members(String room) {
    if (apart) {
      return here.members(room);
    }
    return redis.members(room).exceptionallyCompose(_ -> here.members(room));
  }

  @Override
  public CompletionStage<List<Message>> history(String room, long before, int limit) {
    if (apart) {
      return here.history(room, before, limit);
    }
    return redis
        .history(room, before, limit)
        .exceptionallyCompose(_ -> here.history(room, before, limit));
  }

  private void tick() {
    try {
      if (apart) {
        meet();
      } else if (System.nanoTime() - aliveAt > ALIVE_NANOS) {
        link.await(redis.alive(node));
        aliveAt = System.nanoTime();
      }
    } catch (RuntimeException e) {
      parted();
    }
  }

  /** All is one again, unless something was said here just now; then the next tick sees to it. */
  private void meet() {
    reunion.meet();
    aliveAt = System.nanoTime();
    synchronized (this) {
      if (unsent.peek() == null && apart) {
        apart = false;
        listeners.forEach(listener -> listener.onApart(false));
      }
    }
  }

  /** Disconnects. */
  @Override
  public void close() {
    ticks.shutdownNow();
    link.close();
  }
}
