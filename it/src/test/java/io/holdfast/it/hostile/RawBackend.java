package io.holdfast.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.it.harness.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend on a server socket that does what a script says and records every byte. */
final class RawBackend implements AutoCloseable {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** What is done with each connection, in a thread of its own; closed when it returns. */
  interface Script {
    void serve(Visit visit) throws IOException;
  }

  private final Wire wire;
  private final ServerSocket server;
  private final List<Visit> visits = new CopyOnWriteArrayList<>();
  private volatile Script script;

  private RawBackend(Wire wire, ServerSocket server, Script script) {
    this.wire = wire;
    this.server = server;
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  static RawBackend start(Script script) throws IOException {
    return start("127.0.0.1", 0, script);
  }

  static RawBackend start(Wire wire, Script script) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    return new RawBackend(wire, new ServerSocket(0, 256, loopback), script);
  }

  /** Starts one at this address of the loopback network; port 0 is any free one. */
  static RawBackend start(String host, int port, Script script) throws IOException {
    InetAddress address = InetAddress.ofLiteral(host);
    return new RawBackend(Wire.PLAIN, new ServerSocket(port, 256, address), script);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket tcp = server.accept();
        tcp.setTcpNoDelay(true);
        Visit visit = new Visit(tcp, wire.accept(tcp));
        visits.add(visit);
        Thread.ofVirtual().start(() -> serve(visit));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Visit visit) {
    try {
      script.serve(visit);
    } catch (IOException e) {
      visit.broken = true;
    } finally {
      end(visit);
    }
  }

  private static void end(Visit visit) {
    try (Socket tcp = visit.tcp) {
      if (!tcp.isClosed() && !visit.socket.isOutputShutdown()) {
        visit.socket.shutdownOutput();
      }
    } catch (IOException e) {
      // The gateway was faster.
    }
    visit.over = true;
  }

  /** Connections from now on are served differently. */
  void script(Script other) {
    script = other;
  }

  /** Forgets the visits so far. */
  void forget() {
    visits.clear();
  }

  /** Connections so far. */
  List<Visit> visits() {
    return List.copyOf(visits);
  }

  /** All bytes of all connections, one after another. */
  String received() {
    StringBuilder all = new StringBuilder();
    visits.forEach(v -> all.append(v.received()));
    return all.toString();
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return wire.url(port());
  }

  /** Whether nobody is accepted any more. */
  boolean closed() {
    return server.isClosed();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Visit visit : visits) {
      visit.tcp.close();
    }
  }

  /** One connection from the gateway. */
  static final class Visit {
    private final Socket tcp;

    /** What is read and written: {@link #tcp} itself, or TLS over it. */
    private final Socket socket;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile boolean broken;
    private volatile boolean over;

    private Visit(Socket tcp, Socket socket) {
      this.tcp = tcp;
      this.socket = socket;
    }

    /** All that has come so far, as ISO 8859-1. */
    String received() {
      synchronized (received) {
        return received.toString(ISO_8859_1);
      }
    }

    /** Whether the script ended with an exception, such as a reset. */
    boolean broken() {
      return broken;
    }

    /** Whether the script has ended. */
    boolean over() {
      return over;
    }

    /** The TCP socket. */
    Socket tcp() {
      return tcp;
    }

    /** What is read and written; over TLS it ends with a close_notify alone. */
    Socket socket() {
      return socket;
    }

    /** Reads what is there; false at the end of the stream. */
    boolean read() throws IOException {
      byte[] buffer = new byte[1 << 16];
      int length = socket.getInputStream().read(buffer);
      if (length < 0) {
        return false;
      }
      synchronized (received) {
        received.write(buffer, 0, length);
      }
      return true;
    }

    /** Reads until all that came, beyond the first {@code from} characters, contains this. */
    boolean readUntil(int from, String text) throws IOException {
      while (received().indexOf(text, from) < 0) {
        if (!read()) {
          return false;
        }
      }
      return true;
    }

    /** Reads a head; false when there is none. */
    boolean readHead() throws IOException {
      return readUntil(0, "\r\n\r\n");
    }

    /** Reads to the end of the stream. */
    void readToEnd() throws IOException {
      while (read()) {
        Thread.onSpinWait();
      }
    }

    void write(String text) throws IOException {
      write(text.getBytes(ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    void write(RawFrame frame) throws IOException {
      write(frame.unmasked());
    }

    /** The right answer to the key that came. */
    String accept() {
      String lower = received().toLowerCase(Locale.ROOT);
      int at = lower.indexOf("sec-websocket-key: ") + "sec-websocket-key: ".length();
      String key = received().substring(at, received().indexOf('\r', at));
      try {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Reads a handshake and answers it with 101. */
    void upgrade() throws IOException {
      if (!readHead()) {
        throw new IOException("no handshake");
      }
      write(switching(accept()));
    }

    void reset() throws IOException {
      tcp.setSoLinger(true, 0);
      tcp.close();
    }
  }

  /** A right 101. */
  static String switching(String accept) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + ("Sec-WebSocket-Accept: " + accept + "\r\n\r\n");
  }

  /** Upgrades, then only records. */
  static void silent(Visit visit) throws IOException {
    visit.upgrade();
    visit.readToEnd();
  }

  /** Answers every request on a connection with 200 and "ok", once its body is complete. */
  static void ok(Visit visit) throws IOException {
    int from = 0;
    while (visit.readUntil(from, "\r\n\r\n")) {
      int body = visit.received().indexOf("\r\n\r\n", from) + 4;
      String head = visit.received().substring(from, body).toLowerCase(Locale.ROOT);
      from = body;
      int length = head.indexOf("content-length: ");
      if (head.contains("transfer-encoding: chunked")) {
        if (!visit.readUntil(from - 2, "\r\n0\r\n") || !visit.readUntil(from, "\r\n\r\n")) {
          return;
        }
        from = visit.received().length();
      } else if (length > 0) {
        int at = length + "content-length: ".length();
        from += Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
        while (visit.received().length() < from) {
          if (!visit.read()) {
            return;
          }
        }
      }
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  }
}
