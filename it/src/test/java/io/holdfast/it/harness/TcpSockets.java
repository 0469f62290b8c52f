package io.holdfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The TCP sockets of this machine as the kernel lists them, of every process. */
public final class TcpSockets {
  /** Sockets that could speak IPv6 stand in the second one, also where they speak IPv4. */
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final String ESTABLISHED = "01";
  private static final String CLOSE_WAIT = "08";
  private static final String LISTEN = "0A";
  private static final String KEEPALIVE = "02:";

  /**
   * One end of a connection.
   *
   * @param keepalive whether the timer that runs for it is TCP keepalive's; one that waits for an
   *     acknowledgement takes its place for a moment
   */
  public record End(int localPort, int remotePort, boolean keepalive) {}

  private TcpSockets() {}

  /** All ends of established connections between two ports, as seen from {@code local}. */
  public static List<End> established(int local, int remote) throws IOException {
    return inState(ESTABLISHED, local, remote);
  }

  /** Whether the FIN of {@code remote} has come to {@code local}, which has not sent its own. */
  public static boolean halfClosed(int local, int remote) throws IOException {
    return !inState(CLOSE_WAIT, local, remote).isEmpty();
  }

  /** How many sockets listen at {@code port}. */
  public static int listening(int port) throws IOException {
    return inState(LISTEN, port, 0).size();
  }

  private static List<End> inState(String state, int local, int remote) throws IOException {
    List<End> ends = new ArrayList<>();
    for (Path table : TABLES) {
      if (Files.exists(table)) {
        try (Stream<String> lines = Files.lines(table)) {
          lines
              .skip(1)
              .map(line -> line.strip().split("\\s+"))
              .forEach(fields -> {
                End end =
                    new End(port(fields[1]), port(fields[2]), fields[5].startsWith(KEEPALIVE));
                if (fields[3].equals(state) && end.localPort == local && end.remotePort == remote) {
                  ends.add(end);
                }
              });
        }
      }
    }
    return ends;
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }
}
