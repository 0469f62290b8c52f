package io.holdfast.it.hostile;

import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.hostile.RawBackend.Visit;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.UUID;

/**
 * A backend with a name, which its answers bear as {@code X-Node}, and with all the ways to fall
 * ill and to be well again. It keeps a session by a cookie of its own, {@code SID}.
 */
final class Node implements AutoCloseable {
  private final String name;
  private RawBackend backend;

  Node(String name) throws IOException {
    this.name = name;
    backend = RawBackend.start(this::well);
  }

  /** How a backend may fail. */
  enum Sickness {
    /** Nobody listens any more, and what was there is gone. */
    DIES,
    /** It accepts and says nothing. */
    HANGS,
    /** It refuses handshakes with 503. */
    REFUSES,
    /** It shakes hands, and answers no Ping. */
    NEVER_PONGS,
    /** It shakes hands and breaks off. */
    BREAKS_OFF
  }

  String name() {
    return name;
  }

  String url() {
    return backend.url();
  }

  RawBackend backend() {
    return backend;
  }

  void fallIll(Sickness sickness) throws IOException {
    switch (sickness) {
      case DIES -> backend.close();
      case HANGS -> backend.script(Visit::readToEnd);
      case REFUSES ->
          backend.script(visit -> {
            visit.readHead();
            visit.write("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
            visit.readToEnd();
          });
      case NEVER_PONGS ->
          backend.script(visit -> {
            greet(visit);
            visit.readToEnd();
          });
      case BREAKS_OFF ->
          backend.script(visit -> {
            greet(visit);
            visit.reset();
          });
    }
  }

  void recover() throws IOException {
    int port = backend.port();
    if (backend.closed()) {
      backend = RawBackend.start("127.0.0.1", port, this::well);
    } else {
      backend.script(this::well);
    }
  }

  /** Serves WebSocket, and tells its load to who asks. */
  private void well(Visit visit) throws IOException {
    if (greet(visit)) {
      answer(visit);
    }
  }

  private boolean greet(Visit visit) throws IOException {
    if (!visit.readHead()) {
      return false;
    }
    if (!visit.received().contains("pgrade: websocket")) {
      visit.write("HTTP/1.1 200 OK\r\nX-Node: " + name + "\r\nContent-Length: 1\r\n\r\n0");
      visit.readToEnd();
      return false;
    }
    String more = "\r\nX-Node: " + name;
    if (!visit.received().contains("SID=" + name)) {
      more += "\r\nSet-Cookie: SID=" + name + UUID.randomUUID() + "; Path=/; HttpOnly";
    }
    visit.write(RawBackend.switching(visit.accept()).replace("\r\n\r\n", more + "\r\n\r\n"));
    return true;
  }

  private static void answer(Visit visit) throws IOException {
    DataInputStream in = new DataInputStream(visit.socket().getInputStream());
    while (true) {
      RawFrame frame = RawFrame.read(in);
      if (frame.opcode() == RawFrame.PING) {
        visit.write(RawFrame.of(RawFrame.PONG, frame.payload()));
      } else if (frame.opcode() == RawFrame.CLOSE) {
        visit.write(frame);
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    backend.close();
  }
}
