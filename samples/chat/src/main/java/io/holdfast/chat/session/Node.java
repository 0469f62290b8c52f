package io.holdfast.chat.session;

import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All clients of one server: lets them in, looks after them, sees them off. Thread-safe. */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final long ROUND_MILLIS = 250;
  private static final Outgoing APART =
      Outgoing.notice("apart", "Only people on this server hear you now; the others will later.");
  private static final Outgoing TOGETHER =
      Outgoing.notice("together", "Everybody hears you again.");

  private final String name;
  private final RoomStore store;
  private final Care care;
  private final @Nullable Limits limits;
  private final Meters meters;
  private final InstantSource clock;
  private final LocalRooms rooms = new LocalRooms();
  private final RoomStore.Ear ear;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("chat-rounds").daemon().factory());
  private volatile boolean draining;
  private volatile boolean apart;
  private long again;

  /**
   * How clients are looked after.
   *
   * @param connections at most
   * @param heartbeat how often each gets one
   * @param ping how often each WebSocket is asked for a sign of life
   * @param silence after which a client that has said nothing, not even to heartbeats, is removed
   * @param maxMessageBytes of what clients send
   */
  public record Care(
      int connections, Duration heartbeat, Duration ping, Duration silence, int maxMessageBytes) {}

  /**
   * Begins to look after whoever comes.
   *
   * @param limits in place of those of each client's access; null to leave them
   */
  public Node(
      String name,
      RoomStore store,
      Care care,
      @Nullable Limits limits,
      Meters meters,
      InstantSource clock) {
    this.name = name;
    this.store = store;
    this.care = care;
    this.limits = limits;
    this.meters = meters;
    this.clock = clock;
    this.ear =
        store.listen(
            new RoomStore.Listener() {
              @Override
              public void onEvent(RoomEvent event) {
                rooms.onEvent(event);
              }

              @Override
              public void onApart(boolean isSo) {
                apart = isSo;
                LOG.atWarn()
                    .addKeyValue("node", name)
                    .log(isSo ? "cut off from other nodes" : "together with other nodes again");
                Outgoing notice = isSo ? APART : TOGETHER;
                sessions.values().forEach(session -> session.outbox().send(notice));
              }
            });
    rounds.scheduleWithFixedDelay(
        new Rounds(care, sessions.values(), clock),
        ROUND_MILLIS,
        ROUND_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  RoomStore store() {
    return store;
  }

  LocalRooms rooms() {
    return rooms;
  }

  /** What is counted. */
  public Meters meters() {
    return meters;
  }

  /** How clients are looked after. */
  public Care care() {
    return care;
  }

  /** Connections now, those that shake hands among them. */
  public int connections() {
    return places.get();
  }

  /** Whether it takes nobody in any more. */
  public boolean draining() {
    return draining;
  }

  /** Whether there is a place, which may be gone a moment later. */
  public boolean hasPlace() {
    return !draining && places.get() < care.connections();
  }

  /** Takes a place for a client, if there is one; to be given back by {@link #leave}. */
  public boolean enter() {
    if (draining) {
      return false;
    }
    if (places.incrementAndGet() > care.connections()) {
      places.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives a place back. */
  public void leave() {
    places.decrementAndGet();
  }

  /**
   * A client is connected. One that has come by the same name before is closed.
   *
   * @param given what it may do
   */
  public Session begin(String id, Access given, Outbox outbox) {
    return begin(id, given, outbox, null);
  }

  /**
   * As {@link #begin(String, Access, Outbox)}; one that comes from another node is not told.
   *
   * @param handover what a gateway says of it; null for nothing
   */
  public synchronized Session begin(
      String id, Access given, Outbox outbox, @Nullable Handover handover) {
    Access access = limits == null ? given : given.with(limits);
    String user = access.name();
    Session before = sessions.get(id);
    // Both are in rooms for a moment, and must not be taken for each other there.
    String unique = before == null ? id : id + "." + ++again;
    Person who = new Person(unique, user == null ? "guest-" + start(id) : user, name);
    boolean resumes = handover != null && handover.resume() != null;
    Session session = new Session(this, id, access, who, outbox, handover, System.nanoTime());
    sessions.put(id, session);
    meters.opened();
    LOG.atInfo()
        .addKeyValue("node", name)
        .addKeyValue("connection", unique)
        .addKeyValue("user", who.name())
        .addKeyValue("resumes", resumes)
        .log("connection opened");
    if (!resumes) {
      outbox.send(
          Outgoing.connectionEstablished(
              who, care.heartbeat(), care.maxMessageBytes(), clock.instant()));
    }
    if (apart) {
      outbox.send(APART);
    }
    if (before != null) {
      before.end(CloseCodes.REPLACED, "connected anew elsewhere");
    }
    if (draining) {
      session.end(CloseCodes.GOING_AWAY, "the server stops");
    }
    if (handover != null && resumes) {
      new Resumption(this, session, handover).look();
    } else {
      session.remember();
    }
    return session;
  }

  private static String start(String id) {
    return id.substring(0, Math.min(6, id.length()));
  }

  void ending(Session session, int code, String reason) {
    LOG.atInfo()
        .addKeyValue("node", name)
        .addKeyValue("connection", session.id())
        .addKeyValue("code", code)
        .log("closing connection: {}", reason);
  }

  void removed(Session session) {
    sessions.remove(session.id(), session);
    long nanos = System.nanoTime() - session.since();
    meters.closed(nanos);
    LOG.atInfo()
        .addKeyValue("node", name)
        .addKeyValue("connection", session.id())
        .addKeyValue("millis", nanos / 1_000_000)
        .log("connection closed");
  }

  /**
   * Takes nobody in any more, says goodbye to all and closes their connections, evenly over {@code
   * time}. Returns when that is done; clients may take longer to go.
   */
  public void drain(Duration time) throws InterruptedException {
    draining = true;
    LOG.atInfo()
        .addKeyValue("node", name)
        .addKeyValue("connections", connections())
        .log("stopping");
    Session[] all = sessions.values().toArray(Session[]::new);
    for (int i = 0; i < all.length; i++) {
      all[i].end(CloseCodes.GOING_AWAY, "the server stops");
      long due = time.toNanos() / all.length;
      if (i + 1 < all.length) {
        TimeUnit.NANOSECONDS.sleep(due);
      }
    }
  }

  /** Looks after nobody any more. */
  @Override
  public void close() {
    rounds.shutdownNow();
    ear.close();
  }
}
