package io.holdfast.chat.room.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Two connections to one Redis, to ask and to hear, which come back by themselves. */
final class RedisLink implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> asking;
  private final StatefulRedisPubSubConnection<String, String> hearing;

  private RedisLink(ClientResources resources, RedisClient client) {
    this.resources = resources;
    this.client = client;
    this.asking = client.connect();
    this.hearing = client.connectPubSub();
  }

  static RedisLink connect(String uri) {
    RedisURI where = RedisURI.create(uri);
    ClientResources resources =
        DefaultClientResources.builder()
            .reconnectDelay(
                Delay.exponential(Duration.ofMillis(50), LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
            .build();
    RedisClient client = RedisClient.create(resources, where);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(PATIENCE))
            .build());
    try {
      return new RedisLink(resources, client);
    } catch (RedisConnectionException e) {
      client.shutdown();
      resources.shutdown();
      throw new IllegalArgumentException(
          "REDIS_URL: no Redis at %s:%d".formatted(where.getHost(), where.getPort()), e);
    }
  }

  RedisAsyncCommands<String, String> commands() {
    return asking.async();
  }

  /**
   * Hands on all that is told, and that a connection was lost.
   *
   * @param told called by one thread
   */
  void listen(Consumer<String> told, Runnable parted) {
    hearing.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, String message) {
            told.accept(message);
          }
        });
    client.addListener(
        new RedisConnectionStateAdapter() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            parted.run();
          }
        });
  }

  /** Returns once all that is told from now on is heard. */
  void subscribe() {
    await(hearing.async().subscribe(RedisRooms.CHANNEL));
  }

  /**
   * Waits, as connections' threads must not.
   *
   * @throws CompletionException when Redis cannot be asked
   */
  <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, PATIENCE);
    resources.shutdown(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
