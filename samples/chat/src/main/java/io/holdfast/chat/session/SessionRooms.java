package io.holdfast.chat.session;

import io.holdfast.chat.message.Person;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The rooms that one client is in. Thread-safe. */
final class SessionRooms {
  private final Node node;
  private final Outbox outbox;

  /** Null for a client that cannot be moved. */
  private final @Nullable OwnSeat seat;

  private final Map<String, Membership> memberships = new ConcurrentHashMap<>();

  SessionRooms(Node node, Outbox outbox, @Nullable Handover handover) {
    this.node = node;
    this.outbox = outbox;
    this.seat = handover == null ? null : new OwnSeat(handover.session(), node.store());
  }

  boolean has(String room) {
    return memberships.containsKey(room);
  }

  int size() {
    return memberships.size();
  }

  /** The membership that there is, or a new one. */
  Membership enter(String room) {
    Membership before = memberships.get(room);
    if (before != null) {
      return before;
    }
    Membership membership = new Membership(room, outbox);
    memberships.put(room, membership);
    node.rooms().enter(room, membership);
    return membership;
  }

  void leave(String room, Person who) {
    Membership membership = memberships.remove(room);
    if (membership != null) {
      node.rooms().leave(room, membership);
      node.store().leave(room, who);
    }
  }

  /** Whether another node may go on with the client. */
  boolean canMove() {
    return seat != null;
  }

  /** Keeps what another node would have to know, if one may go on. */
  void remember(Person who) {
    if (seat != null) {
      seat.keep(who, memberships);
    }
  }

  /** Hears of nothing more, if another node may go on; it may from now on. */
  void leaveSeat(Person who) {
    if (seat != null) {
      seat.leave(who, memberships);
    }
  }

  /** The connection is gone: so is the client, unless another node goes on with it. */
  void close(Person who) {
    memberships.forEach(node.rooms()::leave);
    if (seat == null || !seat.left()) {
      memberships.keySet().forEach(room -> node.store().leave(room, who));
    }
  }
}
