package io.holdfast.chat;

import io.holdfast.chat.auth.Tokens;
import io.holdfast.chat.observe.Logs;
import io.holdfast.chat.session.Node;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server is told by its environment.
 *
 * @param host where to listen
 * @param port where to listen; 0 takes any free one
 * @param name what this node is called
 * @param care how clients are looked after
 * @param pingTimeout without a byte of a client after which it is taken for gone
 * @param drain how long a stop may take
 * @param tokens that clients have
 * @param corsOrigin of pages elsewhere that may use Socket.IO; null for none
 * @param redis where rooms are shared by nodes; null to have them in memory
 * @param logLevel one of {@link Logs#LEVELS}
 * @param logFolder where to keep logs; null for standard error
 * @param metricsToken opens {@code /metrics} beyond this machine; null for none
 */
public record Settings(
    String host,
    int port,
    String name,
    Node.Care care,
    Duration pingTimeout,
    Duration drain,
    Tokens tokens,
    @Nullable String corsOrigin,
    @Nullable String redis,
    String logLevel,
    @Nullable Path logFolder,
    @Nullable String metricsToken) {
  private static final int LAST_PORT = 65_535;
  private static final int MOST_CONNECTIONS = 10_000_000;
  private static final int MOST_MILLIS = Integer.MAX_VALUE;

  /**
   * Reads variables; what is not there has its default.
   *
   * @throws IllegalArgumentException for a value that cannot be, with its name and what was
   *     expected
   */
  public static Settings of(Map<String, String> environment) {
    int port = number(environment, "PORT", 3001, 0, LAST_PORT);
    String heartbeat =
        environment.containsKey("WEBSOCKET_HEARTBEAT_INTERVAL")
            ? "WEBSOCKET_HEARTBEAT_INTERVAL"
            : "HEARTBEAT_INTERVAL";
    return new Settings(
        environment.getOrDefault("HOST", "0.0.0.0"),
        port,
        environment.getOrDefault("NODE_NAME", "chat-" + port),
        new Node.Care(
            number(environment, "MAX_CONNECTIONS", 10_000, 1, MOST_CONNECTIONS),
            millis(environment, heartbeat, 30_000),
            millis(environment, "WEBSOCKET_PING_INTERVAL", 25_000),
            millis(environment, "CONNECTION_TIMEOUT", 300_000),
            number(environment, "MAX_MESSAGE_SIZE", 16_384, 128, 1 << 24)),
        millis(environment, "WEBSOCKET_PING_TIMEOUT", 60_000),
        millis(environment, "SHUTDOWN_TIMEOUT", 10_000),
        tokens(environment),
        environment.get("CORS_ORIGIN"),
        redis(environment),
        logLevel(environment),
        environment.containsKey("LOG_DIR") ? Path.of(environment.get("LOG_DIR")) : null,
        environment.get("METRICS_TOKEN"));
  }

  private static Tokens tokens(Map<String, String> environment) {
    String secret = environment.get("JWT_SECRET");
    String file = environment.get("JWT_PUBLIC_KEY_FILE");
    if (secret != null && file != null) {
      throw new IllegalArgumentException(
          "JWT_SECRET and JWT_PUBLIC_KEY_FILE cannot be given together");
    }
    boolean widgets = flag(environment, "WIDGET_MODE");
    String issuer = environment.get("JWT_ISSUER");
    String name = secret != null ? "JWT_SECRET" : "JWT_PUBLIC_KEY_FILE";
    try {
      if (secret != null) {
        return Tokens.ofSecret(secret, widgets, issuer);
      }
      return file == null
          ? Tokens.NONE
          : Tokens.ofPublicKey(Files.readString(Path.of(file)), widgets, issuer);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + ": cannot read " + file, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** What is wrong is not repeated: there may be a password in it. */
  private static @Nullable String redis(Map<String, String> environment) {
    String uri = environment.get("REDIS_URL");
    if (uri != null) {
      try {
        RedisURI.create(uri);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "REDIS_URL: expected redis://[[USER]:PASSWORD@]HOST[:PORT], or rediss://", e);
      }
    }
    return uri;
  }

  private static String logLevel(Map<String, String> environment) {
    String level = environment.getOrDefault("LOG_LEVEL", "info");
    if (!Logs.LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "LOG_LEVEL is \"%s\", expected one of %s"
              .formatted(level, String.join(", ", Logs.LEVELS)));
    }
    return level;
  }

  private static boolean flag(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          "%s is \"%s\", expected true or false".formatted(name, value));
    }
    return value.equals("true");
  }

  private static Duration millis(Map<String, String> environment, String name, int otherwise) {
    return Duration.ofMillis(number(environment, name, otherwise, 1, MOST_MILLIS));
  }

  private static int number(
      Map<String, String> environment, String name, int otherwise, int least, int most) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value.strip());
      if (number >= least && number <= most) {
        return (int) number;
      }
    } catch (NumberFormatException e) {
      // As for one out of bounds.
    }
    throw new IllegalArgumentException(
        "%s is \"%s\", expected a whole number from %d to %d".formatted(name, value, least, most));
  }
}
