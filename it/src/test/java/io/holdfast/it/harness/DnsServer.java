package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A name server (RFC 1035) on a port of 127.0.0.1, over UDP and TCP, that has IPv4 addresses only.
 * Records and manner may change at any time. Thread-safe.
 */
public final class DnsServer implements AutoCloseable {
  /** What becomes of a query. */
  public enum Manner {
    /** By the records; a name without any does not exist. */
    ANSWERS(0),
    /** As {@link #ANSWERS}, but no address fits into a datagram: TCP has them. */
    CUTS_OFF(0),
    /** The server says that it cannot. */
    FAILS(2),
    /** No name exists. */
    DENIES(3),
    /** Nothing. */
    IS_SILENT(0);

    private final int code;

    Manner(int code) {
      this.code = code;
    }
  }

  private static final InetAddress HOST = InetAddress.ofLiteral("127.0.0.1");
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;
  private static final int NO_SUCH_NAME = 3;
  private static final int LARGEST = 4096;

  private record Records(int ttl, List<InetAddress> addresses) {}

  private record Query(String name, int type, int end) {}

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final int port;
  private final Map<String, Records> names = new ConcurrentHashMap<>();
  private final List<Query> queries = new CopyOnWriteArrayList<>();
  private volatile Manner manner = Manner.ANSWERS;

  private DnsServer(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
    this.port = udp.getLocalPort();
    Thread.ofVirtual().start(this::serveUdp);
    Thread.ofVirtual().start(this::serveTcp);
  }

  /** Starts one on a free port. */
  public static DnsServer start() throws IOException {
    while (true) {
      ServerSocket tcp = new ServerSocket(0, 50, HOST);
      try {
        return new DnsServer(new DatagramSocket(tcp.getLocalPort(), HOST), tcp);
      } catch (BindException e) {
        tcp.close(); // another's port, over UDP
      }
    }
  }

  /** Where it is, or was, as {@code dns.servers} takes it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /**
   * Sets all addresses of a name.
   *
   * @param ttl seconds
   */
  public void set(String name, int ttl, String... addresses) {
    names.put(
        name, new Records(ttl, Arrays.stream(addresses).map(InetAddress::ofLiteral).toList()));
  }

  /** From now on. */
  public void manner(Manner other) {
    manner = other;
  }

  /** How often it was asked for the IPv4 addresses of a name. */
  public int queries(String name) {
    return (int) queries.stream().filter(q -> q.type == TYPE_A && q.name.equals(name)).count();
  }

  private void serveUdp() {
    byte[] buffer = new byte[LARGEST];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), true);
        if (answer != null) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  /** A message over TCP has its length in front (RFC 1035 section 4.2.2). */
  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        byte[] answer = answer(query, false);
        if (answer != null) {
          DataOutputStream out = new DataOutputStream(socket.getOutputStream());
          out.writeShort(answer.length);
          out.write(answer);
        }
      } catch (IOException e) {
        if (tcp.isClosed()) {
          return;
        }
      }
    }
  }

  private byte @Nullable [] answer(byte[] message, boolean datagram) {
    Query query = read(ByteBuffer.wrap(message));
    queries.add(query);
    Manner now = manner;
    if (now == Manner.IS_SILENT) {
      return null;
    }
    Records known = names.get(query.name);
    List<InetAddress> found = new ArrayList<>();
    boolean answers = now == Manner.ANSWERS || now == Manner.CUTS_OFF;
    boolean cut = now == Manner.CUTS_OFF && datagram && query.type == TYPE_A;
    if (answers && !cut && known != null && query.type == TYPE_A) {
      found.addAll(known.addresses);
      Collections.shuffle(found);
    }
    ByteBuffer out = ByteBuffer.allocate(LARGEST);
    out.putShort(ByteBuffer.wrap(message).getShort());
    // An authoritative answer; recursion was desired and is available.
    int flags = 0x8580 | (cut ? 0x0200 : 0) | (answers && known == null ? NO_SUCH_NAME : now.code);
    out.putShort((short) flags);
    out.putShort((short) 1).putShort((short) found.size()).putInt(0);
    out.put(message, HEADER, query.end - HEADER);
    for (InetAddress address : found) {
      out.putShort((short) 0xc00c).putShort((short) TYPE_A).putShort((short) 1);
      out.putInt(known == null ? 0 : known.ttl).putShort((short) 4).put(address.getAddress());
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static Query read(ByteBuffer in) {
    in.position(HEADER);
    List<String> labels = new ArrayList<>();
    for (int length = in.get(); length > 0; length = in.get()) {
      byte[] label = new byte[length];
      in.get(label);
      labels.add(new String(label, US_ASCII).toLowerCase(Locale.ROOT));
    }
    int type = in.getShort();
    return new Query(String.join(".", labels), type, in.position() + Short.BYTES);
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
