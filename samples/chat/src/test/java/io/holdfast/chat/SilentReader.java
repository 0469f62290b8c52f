package io.holdfast.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that joins a room and never reads what it is sent from then on. */
final class SilentReader implements AutoCloseable {
  private final Socket socket;

  private SilentReader(Socket socket) {
    this.socket = socket;
  }

  static SilentReader connect(InetSocketAddress server, String id, String room) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
    write(
        socket,
        "GET /ws/chat/"
            + id
            + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    InputStream in = socket.getInputStream();
    if (!new String(in.readNBytes(12), ISO_8859_1).equals("HTTP/1.1 101")) {
      throw new AssertionError("no 101");
    }
    String join = "{\"type\":\"join\",\"room\":\"" + room + "\"}";
    // A text frame with a mask of zeros.
    write(socket, "\u0081" + (char) (0x80 | join.length()) + "\0\0\0\0" + join);
    return new SilentReader(socket);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Whether we have not closed it ourselves. */
  boolean isOpen() {
    return !socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
