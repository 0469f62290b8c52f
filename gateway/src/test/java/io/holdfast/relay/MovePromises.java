package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.observe.EndedBy;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.Opcode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What docs/migration.md promises of moves, held against what the ends of a relay have said and
 * heard, frame by frame: whole payloads, fragments, RSV1 and control frames included.
 *
 * <ul>
 *   <li>Every client message reaches exactly one backend, all in their order, and each answer the
 *       client. Exempt is what a backend had not heard when it closed by itself or was lost, and
 *       the answers of one that was never silent, or stands still.
 *   <li>What a backend has sent before its Close reaches the client, once, in its order, and before
 *       anything of the next backend. Of one that is lost, what had come.
 *   <li>A Pong stands for its Ping: each Ping of the client gets its own, and none reaches a
 *       backend that did not ask. Nothing of the gateway's stands inside a frame.
 *   <li>A move that fails before its commit leaves the client where it was, and all of the above
 *       holds on.
 *   <li>A move holds at most what had been read when the client was stopped, and {@code holdBuffer}
 *       of the new backend's first words.
 *   <li>A backend that is left is told {@code moved}; one that the relay does not come to, {@code
 *       not moved}, and it has heard nothing but the opening.
 *   <li>The opening is said again as it was, without the control frames between.
 *   <li>A relay that a backend has closed hears all that was sent before. One whose backend is lost
 *       inside a frame is reset, and may lose what its client had not read.
 * </ul>
 */
final class MovePromises {
  private MovePromises() {}

  static void check(MoveModel model) {
    toBackends(model);
    toClient(model);
    pongs(model);
    leavings(model);
  }

  /** Every frame of the client reaches exactly one backend, all in their order. */
  private static void toBackends(MoveModel model) {
    List<Token> said = model.client.said;
    int at = 0;
    int mayLose = 0;
    for (Server server : model.holders) {
      boolean first = true;
      for (Token frame : server.own) {
        if (isLatePong(model, frame)) {
          continue;
        }
        while (at < said.size()
            && !frame.equals(said.get(at))
            && ((first && at < mayLose) || isLatePong(model, said.get(at)))) {
          at++;
        }
        first = false;
        if (at >= said.size() || !frame.equals(said.get(at))) {
          throw new AssertionError(
              "backend %d heard %s, and not %s"
                  .formatted(server.number, frame, at < said.size() ? said.get(at) : "nothing"));
        }
        at++;
      }
      mayLose = Math.max(mayLose, server.mayLose);
    }
    RelayEnd end = model.tied.end;
    Server last = model.holders.getLast();
    at = last.own.isEmpty() ? Math.max(at, mayLose) : at;
    while (at < said.size() && isLatePong(model, said.get(at))) {
      at++;
    }
    if (end == null || (end.by() == EndedBy.CLIENT && !last.failed && last.mayLose == 0)) {
      int due = end == null ? said.size() : model.client.arrived();
      assertThat(at)
          .as("frames of the client that a backend has heard")
          .isGreaterThanOrEqualTo(due);
    }
  }

  /** What each backend said reaches the client, once, and before anything of the next. */
  private static void toClient(MoveModel model) {
    List<Token> heard = model.client.ear.frames;
    Server last = model.holders.getLast();
    RelayEnd end = model.tied.end;
    boolean ownClose =
        end != null && end.by() == EndedBy.BACKEND && end.code() != CloseCode.ABNORMAL;
    int at = 0;
    for (Server server : model.holders) {
      List<Token> said = server.peer.said;
      int count = 0;
      while (count < said.size() && at < heard.size() && said.get(count).equals(heard.get(at))) {
        count++;
        at++;
      }
      boolean cut = server.mayBeCut && !(server == last && ownClose);
      int due = cut ? 0 : server.failed ? server.peer.arrived() : said.size();
      // A client whose connection is reset loses what it has not read, and hears nothing after
      // that.
      boolean reset = end != null && end.reset() && at == heard.size();
      if (count < due && !reset) {
        throw new AssertionError(
            "of backend %d came %d frames of %d, and not %s but %s"
                .formatted(
                    server.number,
                    count,
                    due,
                    said.get(count),
                    at < heard.size() ? heard.get(at) : "nothing"));
      }
    }
    if (at < heard.size()) {
      throw new AssertionError("nobody whose turn it was has said " + heard.get(at));
    }
  }

  /** A Pong stands for its Ping: none reaches a backend that did not ask. */
  private static void pongs(MoveModel model) {
    for (Server server : model.holders) {
      for (Token frame : server.own) {
        Server asked = asked(model, frame);
        if (asked != null && asked != server && !asked.leftEarly && !asked.failed) {
          throw new AssertionError(
              "backend %d heard a Pong that it never asked for: %s"
                  .formatted(server.number, frame));
        }
      }
    }
  }

  /** The backend whose Ping a frame of the client answers; null for other frames. */
  private static @Nullable Server asked(MoveModel model, Token frame) {
    if (frame.opcode() != Opcode.PONG || !frame.payload().startsWith("s")) {
      return null;
    }
    String number = frame.payload().substring(1, frame.payload().indexOf('-'));
    return model.servers.get(Integer.parseInt(number));
  }

  /**
   * Whether a frame of the client answers a Ping that came when the client was held already, or
   * from a backend that was left early: it reaches the asker or nobody, as there is time.
   */
  private static boolean isLatePong(MoveModel model, Token frame) {
    Server asked = asked(model, frame);
    return asked != null
        && (asked.leftEarly || asked.failed || asked.latePings.contains(frame.payload()));
  }

  /** A backend that does not get the relay hears nothing of it, and each is told why it goes. */
  private static void leavings(MoveModel model) {
    Server last = model.holders.getLast();
    for (Server server : model.servers) {
      boolean held = model.holders.contains(server);
      if (!held && !server.own.isEmpty()) {
        throw new AssertionError("said to backend " + server.number + ": " + server.own.getFirst());
      }
      if (server != last && !server.failed && !server.mayBeCut) {
        assertThat(server.peer.ear.closed)
            .as("the Close to backend %d", server.number)
            .isEqualTo(held ? "1001 moved" : "1001 not moved");
      }
    }
  }

  /** A settled move takes a backend that owes no answer, and goes on when that one has closed. */
  static void letsGo(Server from) {
    if (!from.gone && !from.peer.sentClose()) {
      throw new AssertionError("left before it closed: backend " + from.number);
    }
    if (from.dropped > 0) {
      throw new AssertionError("unanswered by backend " + from.number + ": " + from.dropped);
    }
  }

  /** A move that fails before its commit leaves the client where it was. */
  static void stays(MoveModel model, Server from) {
    boolean ends = from.failed || model.client.mute();
    if (!ends && model.tied.relay.closing()) {
      throw new AssertionError("a move that failed has ended the relay");
    }
  }

  /** Who is not moved is read, as long as the other end takes what it says. */
  static void readsBoth(Wire client, Wire backend) {
    if (backend.isOpen() && backend.isWritable() && !client.reads()) {
      throw new AssertionError("a client is not read, though nothing moves it");
    }
    if (client.isOpen() && client.isWritable() && backend.isOpen() && !backend.reads()) {
      throw new AssertionError("a backend is not read, though nothing moves its relay");
    }
  }

  /** A move holds what had been read when the client was stopped, and no more. */
  static void holdsLittle(MoveModel model, Moves told, Server to, int holdBuffer) {
    if (told.committed && model.tied.client.reads()) {
      throw new AssertionError("a client that is held is read");
    }
    if (to.bytesForClient() > holdBuffer && to.peer.wire.reads()) {
      throw new AssertionError("more than the hold buffer is read of a new backend");
    }
  }
}
