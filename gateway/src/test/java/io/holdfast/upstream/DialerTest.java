package io.holdfast.upstream;

import static io.holdfast.balance.Services.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.Dns;
import io.holdfast.upstream.Dialer.Result;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DialerTest {
  private static final Dns DNS =
      new Dns(
          List.of(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ZERO);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final Dialer dialer =
      new Dialer(
          new Bootstrap().channel(NioSocketChannel.class),
          NioSocketChannel.class,
          NioDatagramChannel.class,
          DNS,
          WriteBufferWaterMark.DEFAULT);

  @AfterEach
  void stop() {
    dialer.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Result dial(boolean tls, String host, int port) throws Exception {
    return dial(dialer, tls, host, port);
  }

  private Result dial(Dialer dialer, boolean tls, String host, int port) throws Exception {
    Backend backend = new Backend(tls, host, port, "", 1, null);
    Upstream upstream = new Upstream(service("s", Balance.RANDOM, backend));
    CompletableFuture<Result> result = new CompletableFuture<>();
    loop.execute(() ->
        dialer.dial(
            loop,
            upstream,
            backend,
            found -> {
              assertThat(loop.inEventLoop()).isTrue();
              result.complete(found);
            }));
    return result.get(20, TimeUnit.SECONDS);
  }

  private Kind failure(boolean tls, String host, int port) throws Exception {
    return switch (dial(tls, host, port)) {
      case Result.Failed failed -> failed.failure().kind();
      case Result.Connected connected -> throw new AssertionError("connected");
    };
  }

  private List<InetSocketAddress> resolve(String host) throws Exception {
    CompletableFuture<List<InetSocketAddress>> answer = new CompletableFuture<>();
    try (Addresses addresses =
        new DnsAddresses(NioSocketChannel.class, NioDatagramChannel.class, DNS)) {
      loop.execute(() ->
          addresses.resolve(
              loop,
              host,
              80,
              (found, cause) -> {
                if (cause == null) {
                  answer.complete(found);
                } else {
                  answer.completeExceptionally(cause);
                }
              }));
      return answer.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aLiteralAddressNeedsNoLookUp() throws Exception {
    assertThat(resolve("127.0.0.9"))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 80));
    assertThat(resolve("::1"))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80));
  }

  @Test
  void aNameOfThisMachineIsFoundInItsFile() throws Exception {
    assertThat(resolve("localhost"))
        .isNotEmpty()
        .allMatch(address -> address.getAddress().isLoopbackAddress() && address.getPort() == 80);
  }

  @Test
  void connectsAndDoesNotReadByItself() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Result result = dial(false, "127.0.0.1", server.getLocalPort());
      assertThat(result).isInstanceOf(Result.Connected.class);
      if (result instanceof Result.Connected connected) {
        assertThat(connected.channel().config().isAutoRead()).isFalse();
        connected.channel().close().sync();
      }
    }
  }

  @Test
  void aPortThatNobodyListensOnRefuses() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    assertThat(failure(false, "127.0.0.1", port)).isEqualTo(Kind.CONNECT_REFUSED);
    assertThat(Kind.CONNECT_REFUSED.unsent()).isTrue();
  }

  @Test
  void aNameWithoutAnAddressIsUnresolved() throws Exception {
    assertThat(failure(false, "no-such-host.invalid", 80)).isEqualTo(Kind.UNRESOLVED);
  }

  @Test
  void aPeerThatDoesNotSpeakTlsIsATlsFailure() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlainText(server));
      assertThat(failure(true, "127.0.0.1", server.getLocalPort())).isEqualTo(Kind.TLS);
    }
  }

  private static void answerInPlainText(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The dialer has hung up.
    }
  }

  @Test
  void anAddressThatDoesNotAnswerLeavesTimeForTheNext() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket full = new ServerSocket(0, 1, here);
        Socket one = new Socket(here, full.getLocalPort());
        Socket two = new Socket(here, full.getLocalPort());
        ServerSocket fine = new ServerSocket(0, 8, here);
        Dialer dialer =
            dialer((asking, host, port, answer) ->
                answer.accept(
                    List.of(
                        new InetSocketAddress(here, full.getLocalPort()),
                        new InetSocketAddress(here, fine.getLocalPort())),
                    null))) {
      assertThat(one.isConnected() && two.isConnected()).isTrue();
      Result result = dial(dialer, false, "two.example", 80);
      assertThat(result).isInstanceOf(Result.Connected.class);
      if (result instanceof Result.Connected connected) {
        assertThat(connected.channel().remoteAddress()).isEqualTo(fine.getLocalSocketAddress());
        connected.channel().close().sync();
      }
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerTakesNoLongerThanADial() throws Exception {
    AtomicReference<Runnable> late = new AtomicReference<>(() -> {});
    try (Dialer dialer =
        dialer((asking, host, port, answer) -> late.set(() -> answer.accept(List.of(), null)))) {
      Result result = dial(dialer, false, "mute.example", 80);
      assertThat(result)
          .isEqualTo(new Result.Failed(new UpstreamFailure(Kind.UNRESOLVED, "no answer in time")));
      // What comes after it is told to nobody.
      loop.submit(late.get()).sync();
    }
  }

  @FunctionalInterface
  private interface LookUp {
    void resolve(
        EventLoop loop,
        String host,
        int port,
        BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer);
  }

  private static Dialer dialer(LookUp lookUp) {
    Addresses addresses =
        new Addresses() {
          @Override
          public void resolve(
              EventLoop loop,
              String host,
              int port,
              BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer) {
            lookUp.resolve(loop, host, port, answer);
          }

          @Override
          public void close() {}
        };
    return new Dialer(
        new Bootstrap().channel(NioSocketChannel.class),
        new Resolver(DNS, _ -> addresses),
        WriteBufferWaterMark.DEFAULT);
  }

  @Test
  void aHostThatDoesNotAnswerIsATimeout() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket one = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
        Socket two = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
      // The queue of those that wait to be accepted is full: the kernel answers no more.
      assertThat(one.isConnected() && two.isConnected()).isTrue();
      assertThat(failure(false, "127.0.0.1", server.getLocalPort()))
          .isEqualTo(Kind.CONNECT_TIMEOUT);
    }
  }
}
