package io.holdfast.it.hostile;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that can be told from others by everything: its address, a header, and the cookies that
 * it was given and brings back. It asks {@link Node}s, which say their names.
 */
final class Visitor {
  private static final AtomicInteger BORN = new AtomicInteger();

  private final InetAddress address;
  private final String name;
  private final Map<String, String> cookies = new LinkedHashMap<>();

  /**
   * One that nobody was before, but for its address.
   *
   * @param number of the address, 1 to 200
   */
  Visitor(int number) throws IOException {
    address = InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) number});
    name = "visitor-" + BORN.incrementAndGet();
  }

  static List<Visitor> some(int from, int count) throws IOException {
    List<Visitor> visitors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      visitors.add(new Visitor(from + i));
    }
    return visitors;
  }

  /** What came of a handshake. */
  record Visit(RawClient client, RawHead head) implements AutoCloseable {
    /** Name of the node, or the status that is none of a handshake's. */
    String node() {
      String node = head.header("x-node");
      return head.status() == 101 && node != null ? node : "status " + head.status();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /** Changes one character in the middle of each cookie. */
  void forgeCookies() {
    cookies.replaceAll((cookie, value) -> {
      int at = value.length() / 2;
      char other = value.charAt(at) == 'A' ? 'B' : 'A';
      return value.substring(0, at) + other + value.substring(at + 1);
    });
  }

  /** Shakes hands, stays and answers Pings. */
  Visit visit(GatewayProcess gateway) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    RawClient client = RawClient.over(new Socket(loopback, gateway.port(), address, 0));
    List<String> headers = new ArrayList<>(List.of("X-User: " + name));
    if (!cookies.isEmpty()) {
      headers.add(
          "Cookie: "
              + String.join(
                  "; ",
                  cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue()).toList()));
    }
    client.write(RawClient.upgrade("/chat", headers.toArray(String[]::new)));
    RawHead head = client.readHead();
    for (String cookie : head.headers("set-cookie")) {
      String pair = cookie.split(";", 2)[0];
      int equals = pair.indexOf('=');
      cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    if (head.status() == 101) {
      Thread.ofVirtual().start(() -> pong(client));
    }
    return new Visit(client, head);
  }

  /** A client that does not would be blamed before its backend. */
  private static void pong(RawClient client) {
    try {
      while (true) {
        RawFrame frame = client.readFrame();
        if (frame.opcode() == RawFrame.PING) {
          client.write(RawFrame.of(RawFrame.PONG, frame.payload()));
        }
      }
    } catch (IOException e) {
      // It is over.
    }
  }

  /** Shakes hands and leaves; says what {@link Visit#node} says. */
  String ask(GatewayProcess gateway) throws IOException {
    try (Visit visit = visit(gateway)) {
      return visit.node();
    }
  }
}
