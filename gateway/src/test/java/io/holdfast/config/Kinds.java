package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Rate;
import io.holdfast.config.source.Share;
import io.holdfast.config.source.Size;
import io.holdfast.model.Cidr;
import io.holdfast.model.ClientKey;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.HostPattern;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.PathPattern;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How each kind of single value is written: words for people, a pattern for programs. */
record Kinds(String words, @Nullable String json, @Nullable String pattern, List<String> choices) {

  private static final Map<Class<?>, Kinds> KNOWN =
      Map.ofEntries(
          kind(Duration.class, "duration", "^(0|off|[0-9]+(ms|s|m|h|d))$", "zero"),
          kind(Size.class, "size", "^(off|[0-9]+(B|KiB|MiB|GiB)?)$", "integer"),
          kind(
              ConnectionCap.class,
              "whole number, `auto` or `off`",
              "^(auto|off|[0-9]{1,9})$",
              "integer"),
          kind(Rate.class, "rate", "^[0-9]+/[smh]$", null),
          kind(Share.class, "share", "^[0-9]{1,3}%$", null),
          kind(int.class, "whole number", null, "integer"),
          kind(Integer.class, "whole number", null, "integer"),
          kind(boolean.class, "true or false", null, "boolean"),
          kind(Address.class, "host:port", ":[0-9]{1,5}$", null),
          kind(
              InetSocketAddress.class,
              "address with or without a port",
              "^([0-9.]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?$",
              null),
          kind(BackendUrl.class, "address", "^(ws|wss|http|https)://[^@?#]+$", null),
          kind(Cidr.class, "address block", "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$", null),
          kind(HostPattern.class, "host name", "^[^:/]+$|^\\[", null),
          kind(PathPattern.class, "path pattern", "^/", null),
          kind(HostPolicy.class, "`client`, `backend` or a host", null, "string"),
          kind(ClientKey.class, "client key", "^(ip|path|(header|cookie|query):.+)$", null),
          kind(Path.class, "file name", null, "string"),
          kind(DeployPolicy.Smoke.class, "file name", null, "string"),
          kind(String.class, "text", null, "string"));

  private static Map.Entry<Class<?>, Kinds> kind(
      Class<?> type, String words, @Nullable String pattern, @Nullable String json) {
    return Map.entry(type, new Kinds(words, json, pattern, List.of()));
  }

  static @Nullable Kinds of(Class<?> type) {
    if (type.isEnum()) {
      List<String> words =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> Parsers.word((Enum<?>) constant))
              .toList();
      return new Kinds("`" + String.join("`, `", words) + "`", null, null, words);
    }
    return KNOWN.get(type);
  }
}
