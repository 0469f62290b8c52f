package io.holdfast.loadtest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.loadtest.wire.CloseCodes;
import io.holdfast.loadtest.wire.Handshake;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A blocking echo server for small frames that does one thing wrong, on each connection's 20th
 * message.
 */
final class FaultyServer implements AutoCloseable {
  /** What it does wrong. */
  enum Fault {
    NONE,
    DROP,
    CORRUPT,
    TRUNCATE,
    REORDER,
    REPEAT,
    WRONG_TYPE,
    CLOSE_1011,
    RESET,
    END,
    MASKED,
    NO_CLOSE_ANSWER,
    STALL,
    PAUSE,
    REFUSE_403,
    WRONG_ACCEPT,
    NO_ANSWER,
    CHOOSE_WINDOW,
    BAD_DEFLATE
  }

  private static final int WHEN = 20;

  private final Fault fault;
  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  final List<String> heads = new CopyOnWriteArrayList<>();

  FaultyServer(Fault fault) throws IOException {
    this.fault = fault;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "ws://127.0.0.1:" + listener.getLocalPort() + "/";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed at the end of the test.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      OutputStream out = socket.getOutputStream();
      if (handshake(in, out)) {
        echo(socket, in, out);
      }
    } catch (IOException | InterruptedException e) {
      // The client or the test went away.
    }
  }

  private boolean handshake(DataInputStream in, OutputStream out)
      throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    heads.add(head.toString());
    if (fault == Fault.NO_ANSWER) {
      Thread.currentThread().join();
    }
    if (fault == Fault.REFUSE_403) {
      out.write(
          "HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nnot for you\n".getBytes(ISO_8859_1));
      return false;
    }
    String key = "";
    for (String line : head.toString().lines().toList()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
        key = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    String accept = fault == Fault.WRONG_ACCEPT ? "bm9uc2Vuc2U=" : Handshake.accept(key);
    out.write(
        ("HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept
                + extensions()
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    return true;
  }

  /** Compressed messages are echoed as they come, which is what deflating them again gives. */
  private String extensions() {
    return switch (fault) {
      case CHOOSE_WINDOW ->
          "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10";
      case BAD_DEFLATE -> "\r\nSec-WebSocket-Extensions: permessage-deflate";
      default -> "";
    };
  }

  private void echo(Socket socket, DataInputStream in, OutputStream out)
      throws IOException, InterruptedException {
    byte @Nullable [] held = null;
    for (int count = 1; ; count++) {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte() & 0x7f;
      byte[] key = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= key[i & 3];
      }
      if ((first & 0x0f) == 8) {
        if (fault == Fault.NO_CLOSE_ANSWER) {
          continue;
        }
        send(out, first, payload);
        return;
      }
      boolean now = count == WHEN;
      switch (now ? fault : Fault.NONE) {
        case DROP -> {}
        case CORRUPT -> {
          payload[40] ^= 1;
          send(out, first, payload);
        }
        case TRUNCATE -> send(out, first, Arrays.copyOf(payload, 40));
        case REORDER -> held = payload;
        case REPEAT -> {
          send(out, first, payload);
          send(out, first, payload);
        }
        case WRONG_TYPE -> send(out, first ^ 3, payload);
        case CLOSE_1011 -> send(out, 0x88, CloseCodes.payload(1011, "broken"));
        case RESET -> {
          socket.setSoLinger(true, 0);
          return;
        }
        case END -> {
          // Closing with unread bytes would reset the connection.
          socket.shutdownOutput();
          in.transferTo(OutputStream.nullOutputStream());
          return;
        }
        case MASKED -> out.write(new byte[] {(byte) 0x82, (byte) 0x80, 0, 0, 0, 0});
        case STALL -> {
          while (in.read() >= 0) {
            // Reads, and never answers.
          }
        }
        case PAUSE -> {
          new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
          send(out, first, payload);
        }
        case BAD_DEFLATE -> send(out, first, new byte[] {-1, -1});
        case NONE, NO_CLOSE_ANSWER, REFUSE_403, WRONG_ACCEPT, NO_ANSWER, CHOOSE_WINDOW -> {
          send(out, first, payload);
          if (held != null) {
            send(out, first, held);
            held = null;
          }
        }
      }
    }
  }

  private static void send(OutputStream out, int first, byte[] payload) throws IOException {
    byte[] frame = new byte[2 + payload.length];
    frame[0] = (byte) first;
    frame[1] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 2, payload.length);
    out.write(frame);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
