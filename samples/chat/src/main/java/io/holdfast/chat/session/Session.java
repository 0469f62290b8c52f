package io.holdfast.chat.session;

import io.holdfast.chat.message.Incoming;
import io.holdfast.chat.message.IncomingReader;
import io.holdfast.chat.message.Invalid;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One client, whatever it is connected by: does what it asks for, within its limits. Calls come one
 * at a time, from the thread of its connection.
 */
public final class Session {
  private static final int MOST_WAITING = 1000;

  private final Node node;
  private final String id;
  private final Access access;
  private final Outbox outbox;
  private final SessionRooms rooms;
  private final Allowance messages;
  private final Allowance errors;
  private final long since;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** What it has said before it could go on here; null for nothing to wait for. */
  private volatile @Nullable List<Runnable> waiting;

  private volatile Person who;
  private boolean closed;

  /** When it last said anything, by {@link System#nanoTime()}. */
  private volatile long heardAt;

  Session(
      Node node,
      String id,
      Access access,
      Person who,
      Outbox outbox,
      @Nullable Handover handover,
      long now) {
    this.node = node;
    this.id = id;
    this.access = access;
    this.who = who;
    this.outbox = outbox;
    this.rooms = new SessionRooms(node, outbox, handover);
    this.waiting = handover == null || handover.resume() == null ? null : new ArrayList<>();
    this.since = now;
    this.heardAt = now;
    Limits limits = access.limits();
    this.messages = new Allowance(limits.messagesPerSecond(), limits.burst(), now);
    this.errors =
        new Allowance(
            limits.errors() / (limits.errorMemory().toNanos() / 1e9), limits.errors(), now);
  }

  /** What its connection is called. */
  String id() {
    return id;
  }

  Outbox outbox() {
    return outbox;
  }

  /** What it may do. */
  Access access() {
    return access;
  }

  long since() {
    return since;
  }

  long heardAt() {
    return heardAt;
  }

  /** The client has sent a message, as text. */
  public void onText(String text) {
    List<Runnable> before = waiting;
    if (before == null) {
      receive(() -> IncomingReader.read(text));
    } else if (before.size() < MOST_WAITING) {
      before.add(() -> receive(() -> IncomingReader.read(text)));
    } else {
      end(CloseCodes.TRY_AGAIN_LATER, "too much at once");
    }
  }

  /** The client has sent a message, which was parsed already. */
  public void onMessage(JsonNode message) {
    receive(() -> IncomingReader.read(message));
  }

  @FunctionalInterface
  private interface Reading {
    Incoming read() throws Invalid;
  }

  private void receive(Reading reading) {
    long start = System.nanoTime();
    heardAt = start;
    if (ended.get()) {
      return;
    }
    try {
      Incoming message = reading.read();
      if (!messages.take(start)) {
        throw new Invalid(
            "rate_limited", "That is too much at once. Wait a moment.", message.ref());
      }
      serve(message);
    } catch (Invalid e) {
      refuse(e, start);
    }
    node.meters().message(System.nanoTime() - start);
  }

  private void refuse(Invalid why, long now) {
    node.meters().error(why.code());
    outbox.send(Outgoing.error(why));
    if (!errors.take(now)) {
      end(CloseCodes.POLICY_VIOLATION, "too many invalid messages");
    }
  }

  private void serve(Incoming message) throws Invalid {
    switch (message) {
      case Incoming.Join join -> join(join);
      case Incoming.Leave leave -> leave(leave);
      case Incoming.Say say -> {
        require(say.room(), say.ref());
        node.store()
            .say(say.room(), who, say.id(), say.text())
            .thenAccept(said -> outbox.send(Outgoing.said(said, say.ref())));
      }
      case Incoming.Typing typing -> {
        require(typing.room(), typing.ref());
        node.store().typing(typing.room(), who);
        confirm(typing.ref());
      }
      case Incoming.Presence presence -> {
        require(presence.room(), presence.ref());
        node.store()
            .members(presence.room())
            .thenAccept(
                members -> outbox.send(Outgoing.members(presence.room(), members, presence.ref())));
      }
      case Incoming.History history -> {
        require(history.room(), history.ref());
        node.store()
            .history(history.room(), history.before(), history.limit())
            .thenAccept(said -> outbox.send(Outgoing.history(history.room(), said, history.ref())));
      }
      // That it came is all that it says.
      case Incoming.HeartbeatAck ack -> confirm(ack.ref());
    }
  }

  private void join(Incoming.Join join) throws Invalid {
    if (!rooms.has(join.room()) && rooms.size() >= access.limits().rooms()) {
      throw new Invalid(
          "too_many_rooms", "At most " + access.limits().rooms() + " rooms at once.", join.ref());
    }
    if (join.name() != null && !access.mayChooseName()) {
      throw new Invalid("forbidden", "Your name is not yours to choose.", join.ref());
    }
    if (join.name() != null) {
      who = new Person(who.id(), join.name(), who.node());
    }
    Membership membership = rooms.enter(join.room());
    RoomStore store = node.store();
    store
        .join(join.room(), who)
        .thenAccept(arrival -> {
          membership.arrive(arrival, join.ref());
          remember();
        });
  }

  /** Where it is. */
  SessionRooms rooms() {
    return rooms;
  }

  /** It has come from another node, and is there. */
  void goOn(Person now) {
    who = now;
    List<Runnable> said = waiting;
    waiting = null;
    // In place of the seat that the other node has left: the next one must wait for this one.
    remember();
    if (said != null) {
      said.forEach(Runnable::run);
    }
  }

  /** Keeps what another node would have to know, if there is any to go on with it. */
  void remember() {
    if (waiting == null) {
      rooms.remember(who);
    }
  }

  private void leaveSeat() {
    if (waiting == null) {
      rooms.leaveSeat(who);
    }
  }

  private void leave(Incoming.Leave leave) throws Invalid {
    require(leave.room(), leave.ref());
    rooms.leave(leave.room(), who);
    remember();
    outbox.send(Outgoing.done(leave.ref()));
  }

  /** What has no other answer has one for who asks for it. */
  private void confirm(@Nullable String ref) {
    if (ref != null) {
      outbox.send(Outgoing.done(ref));
    }
  }

  private void require(String room, @Nullable String ref) throws Invalid {
    if (!rooms.has(room)) {
      throw new Invalid("not_in_room", "Join " + room + " first.", ref);
    }
  }

  /** Ends it, with a goodbye. Any thread may. */
  void end(int code, String reason) {
    if (!ended.getAndSet(true)) {
      node.ending(this, code, reason);
      if (rooms.canMove() && code == CloseCodes.GOING_AWAY) {
        leaveSeat();
      } else {
        outbox.send(Outgoing.goodbye(reason, code != CloseCodes.POLICY_VIOLATION && code < 4000));
      }
      outbox.close(code, reason);
    }
  }

  /** The connection is gone. */
  public void onClosed() {
    if (!closed) {
      closed = true;
      ended.set(true);
      leaveSeat();
      rooms.close(who);
      node.removed(this);
    }
  }
}
