package io.holdfast.chat.session;

import io.holdfast.chat.message.Outgoing;

/** The way to one client. Thread-safe; what is sent arrives in the order of the calls. */
public interface Outbox {
  /** Sends a message; does nothing once it is closed. */
  void send(Outgoing message);

  /** Asks the client's WebSocket for a sign of life. */
  void ping();

  /** Ends the connection, behind what was sent. */
  void close(int code, String reason);
}
