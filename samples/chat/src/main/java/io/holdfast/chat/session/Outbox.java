package io.holdfast.chat.session;

/** The way to one client. Thread-safe; what is sent arrives in the order of the calls. */
public interface Outbox {
  /** Sends a message; does nothing once it is closed. */
  void send(String json);

  /** Asks the client's WebSocket for a sign of life. */
  void ping();

  /** Ends the connection, behind what was sent. */
  void close(int code, String reason);
}
