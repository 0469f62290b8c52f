package io.holdfast.upstream;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Balance;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpPoolTest {
  private static final String ADDRESS = "ws://a:8000";
  private static final long EVER = Long.MAX_VALUE;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final HttpPool pool = new HttpPool(ticker::nanoTime);
  private final Upstream upstream = upstream(Duration.ofSeconds(30));
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  private static Upstream upstream(Duration keep) {
    return new Upstream(service("s", Balance.RANDOM, null, keep, backend("a", 1)));
  }

  private BackendConnection connection(Upstream to, String address) {
    EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    channels.add(channel);
    return new BackendConnection(channel, to, address);
  }

  private BackendConnection pooled() {
    BackendConnection connection = connection(upstream, ADDRESS);
    pool.put(connection);
    return connection;
  }

  private void pass(int seconds) {
    ticker.advance(seconds, TimeUnit.SECONDS);
    channels.forEach(EmbeddedChannel::runScheduledPendingTasks);
    channels.forEach(EmbeddedChannel::runPendingTasks);
  }

  @Test
  void theFreshestIsTakenFirst() {
    BackendConnection old = pooled();
    pass(1);
    BackendConnection fresh = pooled();
    assertThat(pool.take(upstream, ADDRESS, EVER)).isSameAs(fresh);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isSameAs(old);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isNull();
    assertThat(old.used()).isTrue();
  }

  @Test
  void whoNeedsAFreshOneGetsNoOther() {
    BackendConnection connection = pooled();
    pass(3);
    assertThat(pool.take(upstream, ADDRESS, TimeUnit.SECONDS.toNanos(2))).isNull();
    assertThat(pool.take(upstream, ADDRESS, EVER)).as("it is still there").isSameAs(connection);
  }

  @Test
  void eachBackendAndEachPolicyHasItsOwn() {
    pooled();
    assertThat(pool.take(upstream, "ws://b:8000", EVER)).isNull();
    assertThat(pool.take(upstream(Duration.ofSeconds(30)), ADDRESS, EVER)).isNull();
  }

  @Test
  void whatIsIdleForTooLongIsClosed() {
    BackendConnection connection = pooled();
    pass(29);
    assertThat(connection.isUsable()).isTrue();
    pass(1);
    assertThat(connection.channel().isOpen()).isFalse();
    assertThat(pool.take(upstream, ADDRESS, EVER)).isNull();
    assertThat(pool.size()).isZero();
  }

  @Test
  void whatIsInUseAgainDoesNotExpire() {
    BackendConnection connection = pooled();
    pass(20);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isSameAs(connection);
    pass(20);
    assertThat(connection.isUsable()).isTrue();
    pool.put(connection);
    pass(20);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isSameAs(connection);
  }

  @Test
  void whatItsBackendClosedIsNotTaken() {
    BackendConnection alive = pooled();
    BackendConnection dead = pooled();
    dead.channel().close();
    channels.forEach(EmbeddedChannel::runPendingTasks);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isSameAs(alive);
    assertThat(pool.take(upstream, ADDRESS, EVER)).isNull();
  }

  @Test
  void aBackendThatSpeaksUnaskedLosesItsConnection() {
    BackendConnection connection = pooled();
    channels
        .get(0)
        .writeInbound(
            Unpooled.copiedBuffer(
                "HTTP/1.1 408 Timeout\r\ncontent-length: 0\r\n\r\n", StandardCharsets.US_ASCII));
    assertThat(connection.isUsable()).isFalse();
    assertThat(pool.take(upstream, ADDRESS, EVER)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"surplus", "HTTP/1.1 200 OK\r\n", "\r\n"})
  void whatIsNoWholeAnswerIsNoPartOfTheNextOne(String surplus) {
    BackendConnection connection = pooled();
    channels.get(0).writeInbound(Unpooled.copiedBuffer(surplus, StandardCharsets.US_ASCII));
    assertThat(connection.isUsable()).isFalse();
    assertThat(pool.take(upstream, ADDRESS, EVER)).isNull();
  }

  @Test
  void keepsOnlySoMany() {
    List<BackendConnection> all = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      all.add(pooled());
    }
    assertThat(all.stream().filter(BackendConnection::isUsable).count()).isEqualTo(64);
  }

  @Test
  void keepsNothingWhereTheTimeIsZero() {
    Upstream none = upstream(Duration.ZERO);
    BackendConnection connection = connection(none, ADDRESS);
    pool.put(connection);
    assertThat(connection.channel().isOpen()).isFalse();
    assertThat(pool.size()).isZero();
  }

  @Test
  void remembersNoServiceThatIsGone() {
    for (int reload = 0; reload < 10; reload++) {
      Upstream once = upstream(Duration.ofSeconds(30));
      pool.put(connection(once, ADDRESS));
      assertThat(pool.take(once, ADDRESS, EVER)).isNotNull();
      assertThat(pool.has(once, ADDRESS)).isFalse();
    }
    assertThat(pool.size()).isZero();
  }
}
