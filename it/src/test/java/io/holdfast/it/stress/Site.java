package io.holdfast.it.stress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.it.harness.Pki;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The backends behind a gateway, plain and with TLS, and the clients before it. */
final class Site implements AutoCloseable {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final Pattern PATH = Pattern.compile("^GET /\\w+/(-?\\d+) ");
  private static final Pattern KEY =
      Pattern.compile("\r\nsec-websocket-key: ([^\r]+)\r", Pattern.CASE_INSENSITIVE);
  private static final int SILENCE_MILLIS = 60_000;
  private static final int BACKLOG = 1024;

  private final Findings findings;
  private final SSLContext serving;
  private final SSLContext trusting;
  private final Path authority;
  private final Pki.Leaf leaf;
  private final ServerSocket plain = listen();
  private final ServerSocket tls = listen();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  Site(Findings findings, Path folder) throws Exception {
    this.findings = findings;
    Pki pki = Pki.in(folder, "stress");
    serving = pki.serving();
    trusting = pki.trusting();
    authority = pki.certificate();
    leaf = pki.leaf();
    Thread.ofVirtual().start(() -> accept(plain, false));
    Thread.ofVirtual().start(() -> accept(tls, true));
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
  }

  /** Of a gateway whose first listener is plain and whose second has TLS. */
  String config(String transport) {
    return """
    transport: %s
    listeners:
      - bind: 127.0.0.1:0
      - bind: 127.0.0.2:0
        tls: { certificates: [{ cert: '%s', key: '%s' }] }
    limits: { headTimeout: 60s }
    logs: { access: off }
    routes:
      - { service: plain, match: { path: /plain/* } }
      - { service: tls, match: { path: /tls/* } }
    services:
      plain:
        timeouts: { connect: 60s, handshake: 60s, close: 10m, write: 90s }
        keepalive: { ping: 100ms }
        backends: [ws://127.0.0.1:%d]
      tls:
        timeouts: { connect: 60s, handshake: 60s, close: 10m, write: 90s }
        keepalive: { ping: 100ms }
        tlsCa: %s
        backends: [wss://127.0.0.1:%d]
    """
        .formatted(
            transport,
            leaf.certificate(),
            leaf.key(),
            plain.getLocalPort(),
            authority,
            tls.getLocalPort());
  }

  // Backends.

  private void accept(ServerSocket server, boolean withTls) {
    while (!server.isClosed()) {
      try {
        Socket tcp = server.accept();
        Thread.ofVirtual().start(() -> serve(tcp, withTls));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket tcp, boolean withTls) {
    try (tcp) {
      tcp.setTcpNoDelay(true);
      tcp.setSoTimeout(SILENCE_MILLIS);
      Socket socket = tcp;
      if (withTls) {
        SSLSocket secure =
            (SSLSocket) serving.getSocketFactory().createSocket(tcp, null, tcp.getPort(), false);
        secure.setUseClientMode(false);
        socket = secure;
      }
      String head = head(socket.getInputStream());
      Matcher path = PATH.matcher(head);
      if (!path.find() || !head.endsWith("\r\n\r\n")) {
        return;
      }
      Script script = Script.of(Long.parseLong(path.group(1)));
      receiveBuffer(tcp, script.backend());
      new Peer(script, false, tcp, socket, findings).run(switching(head), clock);
    } catch (IOException e) {
      // A client that left has taken its backend connection along.
    }
  }

  private static byte[] switching(String head) {
    Matcher key = KEY.matcher(head);
    if (!key.find()) {
      throw new AssertionError("no key in " + head);
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest((key.group(1) + GUID).getBytes(ISO_8859_1));
      return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + ("Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n"))
          .getBytes(ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // Clients.

  /** Connects as a client and plays its part; what fails is in the findings. */
  void play(Script script, int port) {
    try (Socket tcp = new Socket()) {
      receiveBuffer(tcp, script.client());
      String host = script.clientTls() ? "127.0.0.2" : "127.0.0.1";
      tcp.connect(new InetSocketAddress(host, port));
      tcp.setTcpNoDelay(true);
      tcp.setSoTimeout(SILENCE_MILLIS);
      SplittableRandom chance = new SplittableRandom(~script.seed());
      boolean abandoned = script.end() == Script.End.ABANDONED;
      if (abandoned && chance.nextInt(4) == 0) {
        leave(tcp, chance);
        return;
      }
      Socket socket = tcp;
      if (script.clientTls()) {
        SSLSocket secure =
            (SSLSocket) trusting.getSocketFactory().createSocket(tcp, null, tcp.getPort(), false);
        secure.startHandshake();
        socket = secure;
      }
      String path = (script.backendTls() ? "/tls/" : "/plain/") + script.seed();
      byte[] request = RawClient.upgrade(path).getBytes(ISO_8859_1);
      if (abandoned) {
        int length = chance.nextBoolean() ? request.length : chance.nextInt(request.length);
        socket.getOutputStream().write(request, 0, length);
        leave(tcp, chance);
        return;
      }
      socket.getOutputStream().write(request);
      String head = head(socket.getInputStream());
      if (head.startsWith("HTTP/1.1 101 ")) {
        new Peer(script, true, tcp, socket, findings).run(new byte[0], clock);
      } else if (!script.end().of(false).abrupt()) {
        findings.fail(script, new AssertionError("refused: " + head));
      }
    } catch (IOException e) {
      findings.fail(script, e);
    }
  }

  private static void leave(Socket tcp, SplittableRandom chance) throws IOException {
    if (chance.nextBoolean()) {
      tcp.setSoLinger(true, 0);
    }
    tcp.close();
  }

  private static void receiveBuffer(Socket tcp, Script.Part part) throws IOException {
    if (part.receiveBuffer() > 0) {
      tcp.setReceiveBufferSize(part.receiveBuffer());
    }
  }

  /** A head, and not a byte more; what there is of it at the end of the stream. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    plain.close();
    tls.close();
    clock.shutdownNow();
  }
}
