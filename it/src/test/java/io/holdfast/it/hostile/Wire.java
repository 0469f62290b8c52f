package io.holdfast.it.hostile;

import io.holdfast.it.harness.Pki;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** What lies below HTTP and WebSocket, on both sides of the gateway. */
enum Wire {
  PLAIN,
  TLS;

  /** One authority for all tests, and a certificate of it for gateway and backends. */
  private static final class Trust {
    static final SSLContext CLIENT;
    static final SSLContext SERVER;
    static final Path AUTHORITY;
    static final Pki.Leaf LEAF;

    static {
      try {
        Path folder = Files.createTempDirectory("holdfast-it");
        folder.toFile().deleteOnExit();
        Pki pki = Pki.in(folder, "it");
        CLIENT = pki.trusting();
        SERVER = pki.serving();
        AUTHORITY = pki.certificate();
        LEAF = pki.leaf();
        AUTHORITY.toFile().deleteOnExit();
        LEAF.certificate().toFile().deleteOnExit();
        LEAF.key().toFile().deleteOnExit();
      } catch (Exception e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  /** A line of a listener. */
  String listener() {
    return switch (this) {
      case PLAIN -> "";
      case TLS ->
          "tls: { certificates: [{ cert: '%s', key: '%s' }] }"
              .formatted(Trust.LEAF.certificate(), Trust.LEAF.key());
    };
  }

  /** A line of a service. */
  String service() {
    return switch (this) {
      case PLAIN -> "";
      case TLS -> "tlsCa: " + Trust.AUTHORITY;
    };
  }

  /** The address of a backend at this port. */
  String url(int port) {
    return (this == TLS ? "wss" : "ws") + "://127.0.0.1:" + port;
  }

  /** A client of a gateway at this port. */
  RawClient connect(int port) throws IOException {
    return over(new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
  }

  /** A client over a connected socket. */
  RawClient over(Socket tcp) throws IOException {
    return switch (this) {
      case PLAIN -> RawClient.over(tcp);
      case TLS -> RawClient.tls(tcp, Trust.CLIENT);
    };
  }

  /** A client that has shaken hands for a WebSocket. */
  RawClient webSocket(int port, String path) throws IOException {
    return connect(port).upgraded(path);
  }

  /** A backend's side of a connection; TLS begins with the first read or write. */
  Socket accept(Socket tcp) throws IOException {
    return this == PLAIN ? tcp : tls(tcp, Trust.SERVER);
  }

  /** The side of a backend that serves this certificate. */
  static SSLSocket tls(Socket tcp, SSLContext serving) throws IOException {
    SSLSocket socket =
        (SSLSocket) serving.getSocketFactory().createSocket(tcp, null, tcp.getPort(), false);
    socket.setUseClientMode(false);
    return socket;
  }

  /** The first message of a client that speaks TLS. */
  static byte[] clientHello() throws SSLException {
    SSLEngine engine = Trust.CLIENT.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }
}
