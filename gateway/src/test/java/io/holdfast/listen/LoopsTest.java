package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopsTest {
  private static final int COUNT = 4;

  private final Loops loops = new Loops(COUNT, NioIoHandler.newFactory());
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    channels.forEach(c -> c.close().syncUninterruptibly());
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void thoseThatAreAlikeTakeTurns() {
    assertThat(choose(0, new int[] {3, 3, 3}, 0, 0, 0)).isZero();
    assertThat(choose(1, new int[] {3, 3, 3}, 0, 0, 0)).isEqualTo(1);
    assertThat(choose(2, new int[] {3, 3, 3}, 0, 0, 0)).isEqualTo(2);
  }

  @Test
  void theFewestConnectionsWin() {
    assertThat(choose(0, new int[] {3, 1, 2}, 0.2, 0.2, 0)).isEqualTo(1);
  }

  @Test
  void aLoopThatIsMuchBusierThanTheCalmestGetsNone() {
    assertThat(choose(0, new int[] {1, 9, 8}, 0.9, 0.1, 0.3)).isEqualTo(2);
    assertThat(choose(0, new int[] {1, 9, 8}, 0.3, 0.1, 0.3)).isZero();
    assertThat(choose(0, new int[] {1, 9, 8}, 0.9, 0.9, 0.9)).isZero();
  }

  @Test
  void aBusyLoopGetsSomeAgainBeforeItFallsFarBehind() {
    assertThat(choose(0, new int[] {1000, 1189}, 0.9, 0.1)).isEqualTo(1);
    assertThat(choose(0, new int[] {1000, 1190}, 0.9, 0.1)).isZero();
    assertThat(choose(0, new int[] {0, 64}, 0.9, 0.1)).isEqualTo(1);
    assertThat(choose(0, new int[] {0, 65}, 0.9, 0.1)).isZero();
  }

  private static int choose(int first, int[] connections, double... busy) {
    return Loops.choose(connections.length, first, i -> connections[i], i -> busy[i]);
  }

  /** Turns alone would leave the loop whose connections have ended with a quarter of the new. */
  @Test
  void aLoopWhoseConnectionsEndedCatchesUp() {
    register(400);
    awaitEach(100);

    List<Channel> ended = channels.stream().filter(c -> c.eventLoop().equals(first())).toList();
    ended.forEach(c -> c.close().syncUninterruptibly());
    Awaitility.await().until(() -> connections().getFirst() == 0);

    register(100);
    assertThat(channels.subList(400, 500)).allMatch(c -> c.eventLoop().equals(first()));
    register(40);
    awaitEach(110);
  }

  @Test
  void manyThatAreAcceptedTogetherAreSpread() {
    first()
        .execute(() -> {
          for (int i = 0; i < 40; i++) {
            register();
          }
        });

    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(connections().stream().mapToInt(Integer::intValue).sum()).isEqualTo(40);
          assertThat(connections()).allMatch(n -> n >= 8 && n <= 12);
        });
  }

  @Test
  void aLoopMeasuresItsOwnThread() throws Exception {
    Loop loop = (Loop) first();
    loop.submit(() -> {
      loop.measure();
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      loop.measure();
    });
    loop.submit(() -> {}).get();

    assertThat(loop.busy()).isBetween(0.01, 1.1);
    assertThat(loop.cpu()).isPositive();
  }

  private void register(int count) {
    for (int i = 0; i < count; i++) {
      register().syncUninterruptibly();
    }
  }

  /** As a listener does with what it accepts. */
  private ChannelFuture register() {
    Channel channel = new NioSocketChannel();
    channels.add(channel);
    return loops
        .register(channel)
        .addListener(_ -> {
          Loop loop = (Loop) channel.eventLoop();
          loop.opened();
          channel.closeFuture().addListener(_ -> loop.closed());
        });
  }

  private void awaitEach(int count) {
    Awaitility.await().untilAsserted(() -> assertThat(connections()).containsOnly(count));
  }

  private EventExecutor first() {
    return loops.iterator().next();
  }

  private List<Integer> connections() {
    List<Integer> connections = new ArrayList<>();
    loops.forEach(loop -> connections.add(((Loop) loop).connections()));
    return connections;
  }
}
