package io.holdfast.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How backends are asked whether they are well.
 *
 * @param check what is asked
 * @param interval between two probes of one backend while it is up
 * @param downInterval the same while it is down
 * @param timeout of one probe as a whole
 * @param fall failures in a row that make it down; the first probe of all counts alone
 * @param rise successes in a row that make it up again
 */
public record Probe(
    Check check, Duration interval, Duration downInterval, Duration timeout, int fall, int rise) {

  /** What is asked. */
  public sealed interface Check {}

  /** Whether it accepts a connection, and speaks TLS where it should. */
  public record Tcp() implements Check {}

  /**
   * Whether it answers a request.
   *
   * @param path behind the backend's own; begins with a slash
   * @param host what is sent as {@code Host}; null for the backend's host and port
   * @param expect statuses that are well, as lowest and highest of each range
   * @param body what must be found in the first 64 KiB of the body; null for anything
   */
  public record Http(
      String method, String path, @Nullable String host, List<Range> expect, @Nullable Pattern body)
      implements Check {
    public Http {
      expect = List.copyOf(expect);
    }

    /** Patterns are equal when their text is. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Http http && text().equals(http.text());
    }

    @Override
    public int hashCode() {
      return text().hashCode();
    }

    private List<Object> text() {
      return List.of(method, path, String.valueOf(host), expect, String.valueOf(body));
    }
  }

  /**
   * Whether it shakes hands, with a right {@code Sec-WebSocket-Accept}, and answers a Ping.
   *
   * @param path behind the backend's own; begins with a slash
   * @param host what is sent as {@code Host}; null for the backend's host and port
   * @param subprotocol that is offered and must be taken; null for none
   * @param headers more headers of the handshake
   * @param steps what is said after the Pong, one after the other
   */
  public record WebSocket(
      String path,
      @Nullable String host,
      @Nullable String subprotocol,
      Map<String, String> headers,
      List<Step> steps)
      implements Check {
    public WebSocket {
      headers = Map.copyOf(headers);
      steps = List.copyOf(steps);
    }
  }

  /** What is said over a WebSocket. */
  public sealed interface Step {}

  /** A text message is sent. */
  public record Send(String text) implements Step {}

  /**
   * A text message must come; others before it are passed over.
   *
   * @param part what must be found in it
   */
  public record Expect(String part) implements Step {}

  /** A Close is sent, and must be answered. */
  public record Close(int code) implements Step {}

  /** Statuses from {@code from} to and with {@code to}. */
  public record Range(int from, int to) {
    /** Whether {@code status} is one of them. */
    public boolean contains(int status) {
      return from <= status && status <= to;
    }
  }
}
