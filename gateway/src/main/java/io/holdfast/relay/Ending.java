package io.holdfast.relay;

import io.holdfast.observe.EndedBy;
import io.holdfast.observe.Meters;
import io.holdfast.websocket.Breach;
import io.holdfast.websocket.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * How a relay ends: the first Close, loss or breach gives the reason; from then on both legs have
 * {@link RelayPolicy#close()} to finish.
 */
final class Ending {
  private final Relay relay;
  private final RelayPolicy policy;
  private final String service;
  private final Meters meters;
  private final Leg client;

  private @Nullable EndedBy endedBy;
  private int endCode;
  private String endWhy = "";
  private boolean reset;

  /** When both legs are closed by force; 0 while nothing has ended the relay. */
  private long closeBy;

  Ending(Relay relay, RelayPolicy policy, String service, Meters meters, Leg client) {
    this.relay = relay;
    this.policy = policy;
    this.service = service;
    this.meters = meters;
    this.client = client;
  }

  /** Whether a Close was seen or sent, or a leg was lost. */
  boolean begun() {
    return closeBy != 0;
  }

  /** When what is left is closed by force. */
  long by() {
    return closeBy;
  }

  /** What became of it. */
  RelayEnd end() {
    EndedBy by = endedBy == null ? EndedBy.GATEWAY : endedBy;
    return new RelayEnd(by, endCode, endWhy, reset);
  }

  /** We ourselves end it. */
  void byGateway(int code, String reason, String why) {
    endBy(EndedBy.GATEWAY, code, why);
    close(client, code, reason);
    close(relay.backend(), code, reason);
  }

  /** A peer sent its Close. */
  void onClose(Leg from, int code) {
    endBy(from.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND, code, "closed");
  }

  /** A Close was written to a leg: the rest has a bound. */
  void afterClose() {
    enterClosing();
    afterClose(client);
    afterClose(relay.backend());
  }

  private static void afterClose(Leg leg) {
    if (leg.outlet.closeWritten()) {
      // Nothing that its peer sends is passed on any more: what is to come is its Close, or its
      // end.
      leg.peer().resumeReading();
    }
    leg.settle();
  }

  /** A peer broke the protocol or a limit. */
  void onBreach(Leg from, Breach breach) {
    if (closeBy == 0) {
      meters.protocolError(service, from.isClient(), breach.code());
    }
    endBy(
        EndedBy.GATEWAY,
        breach.code(),
        (from.isClient() ? "client: " : "backend: ") + breach.reason());
    close(from, breach.code(), breach.reason());
    if (from.isClient()) {
      close(relay.backend(), CloseCode.GOING_AWAY, "client broke the protocol or a limit");
    } else {
      close(client, CloseCode.INTERNAL_ERROR, "backend broke the protocol");
    }
  }

  /** Nothing more comes from a leg, with its Close before or without. */
  void onInputEnd(Leg from, @Nullable Throwable cause) {
    boolean expected = from.inlet.closeRead() || from.outlet.closeWritten();
    if (!expected) {
      String how = cause == null ? "" : ": " + cause.getMessage();
      endBy(
          from.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND,
          CloseCode.ABNORMAL,
          "connection lost" + how);
    }
    if (from.peer().inlet.closeRead()) {
      // The peer asked to close and will get no answer from there; RFC 6455 section 5.5.1 has the
      // code echoed.
      close(from.peer(), CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
    } else {
      close(
          from.peer(), CloseCode.SERVICE_RESTART, from.isClient() ? "client lost" : "backend lost");
    }
    from.settle();
  }

  /** A leg is dead. */
  void onNoPong(Leg leg) {
    meters.pongMissed(service, leg.isClient());
    if (relay.mobility().rescue(leg, Resume.LOST, CloseCode.ABNORMAL, "no Pong in time")) {
      return;
    }
    endBy(leg.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND, CloseCode.ABNORMAL, "no Pong in time");
    close(leg, CloseCode.INTERNAL_ERROR, "no Pong in time");
    close(leg.peer(), CloseCode.SERVICE_RESTART, name(leg) + " lost");
  }

  /** A peer does not read. */
  void onStall(Leg leg) {
    if (relay.mobility().rescue(leg, Resume.LOST, CloseCode.ABNORMAL, "backend does not read")) {
      return;
    }
    endBy(EndedBy.GATEWAY, CloseCode.ABNORMAL, name(leg) + " does not read");
    close(leg.peer(), leg.isClient() ? CloseCode.GOING_AWAY : CloseCode.SERVICE_RESTART, "");
    reset = true;
    leg.outlet.reset();
  }

  /** The backend is gone, and no other was found. */
  void onAbandoned(int code, String why) {
    endBy(EndedBy.BACKEND, code, why);
    if (client.inlet.closeRead()) {
      close(client, CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
    } else {
      boolean own = code != CloseCode.ABNORMAL && CloseCode.isSendable(code);
      close(client, own ? code : CloseCode.SERVICE_RESTART, why);
    }
  }

  /**
   * The backend that a relay moves away from ended inside a message, which is no fault of the one
   * that it belongs to by now.
   */
  void onBrokenOff() {
    endBy(EndedBy.GATEWAY, CloseCode.ABNORMAL, "moved in the middle of a message");
    close(client, CloseCode.SERVICE_RESTART, "moved in the middle of a message");
  }

  private static String name(Leg leg) {
    return leg.isClient() ? "client" : "backend";
  }

  private void endBy(EndedBy by, int code, String why) {
    if (endedBy == null) {
      endedBy = by;
      endCode = code;
      endWhy = why;
    }
  }

  private void close(Leg leg, int code, String reason) {
    enterClosing();
    if (!leg.close(code, reason)) {
      reset = true;
      leg.outlet.reset();
    }
  }

  private void enterClosing() {
    if (closeBy == 0) {
      closeBy = relay.now() + policy.close();
      relay.mobility().onEnding();
      relay.visitBy(closeBy);
    }
  }

  private void force(Leg leg) {
    if (!leg.isOpen()) {
      return;
    }
    if (!leg.outlet.closeWritten()) {
      // The other peer did not answer this one's Close, or is gone.
      leg.close(CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
      if (leg.outlet.closeWritten()) {
        // Not every transport sends at once: whether the Close could leave shows at the next visit.
        leg.outlet.end();
        return;
      }
    }
    if (leg.outlet.closePending() || leg.stall.waits()) {
      // The Close stands behind what the peer does not read, if it could be written at all.
      reset = true;
      leg.outlet.reset();
    } else {
      leg.closeChannel();
    }
  }

  /** Closes by force what is due, and says when to come again. */
  long visit(long now) {
    if (now >= closeBy) {
      force(client);
      force(relay.backend());
    }
    return Math.max(closeBy, now + 1);
  }
}
