package io.holdfast.chat.session;

/** What is counted of clients. Thread-safe. */
public interface Meters {
  /** A client is connected. */
  void opened();

  /** It is gone, after so many nanoseconds. */
  void closed(long nanos);

  /** A message was served, in so many nanoseconds. */
  void message(long nanos);

  /** A client was told an error, of this code. */
  void error(String code);
}
