package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A socket, perhaps with TLS over it: writes exact bytes, reads HTTP heads and WebSocket frames. A
 * read that waits for more than ten seconds fails. Ends are TCP's, for TLS without a close_notify,
 * unless a method says otherwise. For one thread.
 */
public final class RawClient implements AutoCloseable {
  /** A key as good as any other; {@link #ACCEPT} answers it. */
  public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  /** From RFC 6455 section 1.3. */
  public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  private static final int READ_TIMEOUT_MILLIS = 10_000;

  private final Socket tcp;

  /** What is read and written: {@link #tcp} itself, or TLS over it. */
  private final Socket socket;

  private final DataInputStream in;

  private RawClient(Socket tcp, Socket socket) throws IOException {
    this.tcp = tcp;
    this.socket = socket;
    tcp.setSoTimeout(READ_TIMEOUT_MILLIS);
    tcp.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /** Connects to a port of 127.0.0.1. */
  public static RawClient connect(int port) throws IOException {
    return over(new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
  }

  /** Whether nobody accepts connections at a port of 127.0.0.1. */
  public static boolean isRefused(int port) throws IOException {
    try (RawClient client = connect(port)) {
      return client.socket().isClosed();
    } catch (ConnectException e) {
      return true;
    }
  }

  /** Uses a connected socket, such as one with small buffers. */
  public static RawClient over(Socket tcp) throws IOException {
    return new RawClient(tcp, tcp);
  }

  /** Speaks TLS over a connected socket. */
  public static RawClient tls(Socket tcp, SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, null, tcp.getPort(), false);
    RawClient client = new RawClient(tcp, socket);
    socket.startHandshake();
    return client;
  }

  /** Connects, shakes hands for {@code path} and expects a 101. */
  public static RawClient webSocket(int port, String path) throws IOException {
    return connect(port).upgraded(path);
  }

  /** Shakes hands for {@code path} and expects a 101. */
  public RawClient upgraded(String path) throws IOException {
    write(upgrade(path));
    RawHead head = readHead();
    if (head.status() != 101) {
      close();
      throw new AssertionError("expected 101, got " + head);
    }
    return this;
  }

  /** The text of a correct opening request, with more header lines ({@code "Name: value"}). */
  public static String upgrade(String path, String... headers) {
    StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: gateway.test\r\n");
    text.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    text.append("Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  /** The TCP socket, for options. */
  public Socket socket() {
    return tcp;
  }

  /** Writes text as ISO 8859-1. */
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  /** Writes bytes, as one packet where they fit. */
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Writes a masked frame. */
  public void write(RawFrame frame) throws IOException {
    write(frame.masked());
  }

  /** Sends the end of the stream, and can still read. */
  public void finish() throws IOException {
    tcp.shutdownOutput();
  }

  /** Ends the TLS stream with a close_notify, but not the TCP connection, and can still read. */
  public void closeNotify() throws IOException {
    socket.shutdownOutput();
  }

  /** Reads the head of an HTTP response. */
  public RawHead readHead() throws IOException {
    String[] status = readLine().split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/")) {
      throw new AssertionError("not a status line: " + String.join(" ", status));
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    String reason = status.length < 3 ? "" : status[2];
    return new RawHead(status[0], Integer.parseInt(status[1]), reason, headers);
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Reads the body that {@code head} announces: by length, in chunks, or to the end. */
  public String readBody(RawHead head) throws IOException {
    if (head.headers("transfer-encoding").contains("chunked")) {
      StringBuilder body = new StringBuilder();
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.append(new String(read(size), ISO_8859_1));
        readLine();
      }
      readLine();
      return body.toString();
    }
    String length = head.header("content-length");
    return new String(length == null ? readToEnd() : read(Integer.parseInt(length)), ISO_8859_1);
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
  }

  /** Reads exactly so many bytes. */
  public byte[] read(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** Reads one frame. */
  public RawFrame readFrame() throws IOException {
    return RawFrame.read(in);
  }

  /** Reads frames until a Close comes. */
  public RawFrame readClose() throws IOException {
    RawFrame frame = readFrame();
    while (frame.opcode() != RawFrame.CLOSE) {
      frame = readFrame();
    }
    return frame;
  }

  /**
   * Reads all that is left.
   *
   * @throws IOException when the end is not clean, or stays away for ten seconds
   */
  public byte[] readToEnd() throws IOException {
    return in.readAllBytes();
  }

  /**
   * Reads and drops all that is left, and returns whether the end was clean: no reset, and with TLS
   * behind a close_notify.
   */
  public boolean endsCleanly() throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketException | SSLException e) {
      return false;
    }
  }

  /** Ends with a reset instead of an end of the stream. */
  public void reset() throws IOException {
    tcp.setSoLinger(true, 0);
    tcp.close();
  }

  @Override
  public void close() throws IOException {
    tcp.close();
  }
}
