package io.holdfast.chat.room.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What Redis does at one go, in Lua. */
enum Script {
  /** Returns the sequence. */
  SAY("say.lua", ScriptOutputType.INTEGER),
  /** Returns members and messages. */
  JOIN("join.lua", ScriptOutputType.MULTI),
  /** Returns nothing. */
  LEAVE("leave.lua", ScriptOutputType.STATUS),
  /** Returns nothing. */
  MOVE("move.lua", ScriptOutputType.STATUS),
  /** Returns nothing. */
  ALIVE("alive.lua", ScriptOutputType.STATUS);

  private final String text;
  private final ScriptOutputType output;

  Script(String file, ScriptOutputType output) {
    this.output = output;
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      this.text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By its text each time: a Redis that was started anew knows no digests. */
  <T> CompletionStage<T> run(
      RedisAsyncCommands<String, String> redis, List<String> keys, String... arguments) {
    return redis.eval(text, output, keys.toArray(String[]::new), arguments);
  }
}
