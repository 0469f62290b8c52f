package io.holdfast.chat.room;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * For the nodes of one process. One lock for all rooms: what is done under it takes microseconds.
 */
public final class MemoryRoomStore implements RoomStore {
  private static final int KEPT_MESSAGES = 200;
  private static final int ARRIVAL_MESSAGES = 50;

  /** Rooms beyond which those without members are forgotten, the one not used for longest first. */
  private static final int KEPT_ROOMS = 10_000;

  private final InstantSource clock;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** The one not used for longest first. */
  private final Map<String, Room> rooms = new LinkedHashMap<>(16, 0.75f, true);

  private final Seats seats = new Seats();

  private static final class Room {
    private final Map<String, Person> members = new LinkedHashMap<>();
    private final Deque<Message> history = new ArrayDeque<>();
    private long sequence;
  }

  /** Empty. */
  public MemoryRoomStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Ear listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public synchronized CompletionStage<Arrival> join(String name, Person who) {
    Room room = rooms.computeIfAbsent(name, _ -> new Room());
    if (room.members.put(who.key(), who) == null) {
      tell(new RoomEvent.Joined(name, who, room.members.size()));
    }
    forgetSome();
    return CompletableFuture.completedStage(
        new Arrival(
            List.copyOf(room.members.values()), newest(room, Long.MAX_VALUE, ARRIVAL_MESSAGES)));
  }

  @Override
  public synchronized void leave(String name, Person who) {
    Room room = rooms.get(name);
    if (room != null && room.members.remove(who.key()) != null) {
      tell(new RoomEvent.Left(name, who, room.members.size()));
      if (room.members.isEmpty() && room.history.isEmpty()) {
        rooms.remove(name);
      }
    }
  }

  @Override
  public synchronized CompletionStage<@Nullable Void> move(String name, Person from, Person to) {
    Room room = rooms.computeIfAbsent(name, _ -> new Room());
    room.members.remove(from.key());
    room.members.put(to.key(), to);
    tell(new RoomEvent.Moved(name, from, to, room.members.size()));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void keep(String session, Seat seat) {
    seats.keep(session, seat);
  }

  @Override
  public CompletionStage<Optional<Seat>> seat(String session) {
    return CompletableFuture.completedStage(seats.find(session));
  }

  @Override
  public synchronized CompletionStage<Message> say(
      String name, Person who, String id, String text) {
    Room room = rooms.computeIfAbsent(name, _ -> new Room());
    for (Message before : room.history) {
      if (before.id().equals(id)) {
        return CompletableFuture.completedStage(before);
      }
    }
    room.sequence++;
    Message message =
        new Message(id, name, room.sequence, who.id(), who.name(), text, clock.instant());
    room.history.add(message);
    if (room.history.size() > KEPT_MESSAGES) {
      room.history.remove();
    }
    tell(new RoomEvent.Said(message));
    return CompletableFuture.completedStage(message);
  }

  @Override
  public synchronized void typing(String name, Person who) {
    tell(new RoomEvent.Typing(name, who));
  }

  @Override
  public synchronized CompletionStage<List<Person>> members(String name) {
    Room room = rooms.get(name);
    return CompletableFuture.completedStage(
        room == null ? List.of() : List.copyOf(room.members.values()));
  }

  @Override
  public synchronized CompletionStage<List<Message>> history(String name, long before, int limit) {
    Room room = rooms.get(name);
    return CompletableFuture.completedStage(room == null ? List.of() : newest(room, before, limit));
  }

  /** Keeps what was said elsewhere, in rooms that are known here; nobody hears of it. */
  public synchronized void keep(Message said) {
    Room room = rooms.get(said.room());
    if (room == null || room.history.stream().anyMatch(before -> before.id().equals(said.id()))) {
      return;
    }
    room.sequence = Math.max(room.sequence, said.sequence());
    room.history.add(said);
    if (room.history.size() > KEPT_MESSAGES) {
      room.history.remove();
    }
  }

  /** Whether somebody is there. */
  public synchronized boolean isOccupied(String name) {
    Room room = rooms.get(name);
    return room != null && !room.members.isEmpty();
  }

  /** All rooms that somebody is in, with their members. */
  public synchronized Map<String, List<Person>> occupied() {
    Map<String, List<Person>> all = new LinkedHashMap<>();
    rooms.forEach((name, room) -> {
      if (!room.members.isEmpty()) {
        all.put(name, List.copyOf(room.members.values()));
      }
    });
    return all;
  }

  private static List<Message> newest(Room room, long before, int limit) {
    List<Message> all =
        room.history.stream().filter(message -> message.sequence() < before).toList();
    return new ArrayList<>(all.subList(Math.max(0, all.size() - limit), all.size()));
  }

  /** Under the lock, so that all hear it in the same order. */
  private void tell(RoomEvent event) {
    listeners.forEach(listener -> listener.onEvent(event));
  }

  private void forgetSome() {
    if (rooms.size() <= KEPT_ROOMS) {
      return;
    }
    for (Iterator<Room> all = rooms.values().iterator();
        all.hasNext() && rooms.size() > KEPT_ROOMS; ) {
      if (all.next().members.isEmpty()) {
        all.remove();
      }
    }
  }
}
