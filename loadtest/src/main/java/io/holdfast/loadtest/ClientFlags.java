package io.holdfast.loadtest;

import io.holdfast.loadtest.units.Units;
import io.holdfast.loadtest.wire.ClientTls;
import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.WebSocketUrl;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What {@code connect} and {@code loadtest} share: the URL and how to open it. */
final class ClientFlags {
  private static final Pattern OWN = Pattern.compile("(?i)sec-websocket-.*|upgrade|connection");

  @Parameters(paramLabel = "URL", description = "The ws:// or wss:// URL to open.")
  private String url = "";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      converter = Units.HeaderConverter.class,
      description = "A header for the handshake; may be repeated. Host and Origin may be set too.")
  private List<Map.Entry<String, String>> headers = new ArrayList<>();

  @Option(
      names = "--subprotocol",
      split = ",",
      paramLabel = "NAME",
      description = "Subprotocols to offer, best first; may be repeated.")
  private List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--compress",
      description = "Offer permessage-deflate, and compress every message if the server agrees.")
  private boolean compress;

  @Option(
      names = "--insecure",
      description = "Do not verify the certificate or the host name of a wss:// server.")
  private boolean insecure;

  @Option(
      names = "--connect-timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = Units.DurationConverter.class,
      description =
          "Bound of the TCP connect, and again of TLS and handshake (default ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(10);

  /**
   * How to dial.
   *
   * @throws ParameterException for a URL that is none
   * @throws UnknownHostException with a sentence, when the host has no address
   */
  DialOptions dialOptions(CommandLine command) throws UnknownHostException {
    WebSocketUrl parsed;
    try {
      parsed = WebSocketUrl.parse(url);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()), e);
    }
    check(command);
    try {
      return new DialOptions(
          parsed,
          parsed.resolve(),
          ClientTls.forUrl(parsed, insecure),
          headers,
          subprotocols,
          compress,
          timeout);
    } catch (UnknownHostException e) {
      UnknownHostException clear =
          new UnknownHostException("the host '" + parsed.host() + "' is not known");
      clear.initCause(e);
      throw clear;
    }
  }

  private void check(CommandLine command) {
    for (Map.Entry<String, String> header : headers) {
      if (OWN.matcher(header.getKey()).matches()) {
        throw new ParameterException(
            command,
            "-H sets "
                + header.getKey()
                + ", which the handshake sets itself; see --subprotocol and --compress");
      }
    }
    for (String name : subprotocols) {
      if (!Units.TOKEN.matcher(name).matches()) {
        throw new ParameterException(
            command, "the subprotocol '" + name + "' is not a token such as chat.v2");
      }
    }
    Units.requirePositive(command, "--connect-timeout", timeout);
  }
}
