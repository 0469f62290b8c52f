package io.holdfast.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.Backend;
import io.holdfast.model.ListenerTls;
import io.holdfast.model.UpstreamTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real handshakes over loopback sockets, our client context against our server context. */
class HandshakeTest {

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CompletableFuture<SSLSession> served = new CompletableFuture<>();
  private final TestPki pki;
  private final X509Bundle authority;
  private final Path ca;

  HandshakeTest(@TempDir Path folder) throws Exception {
    pki = new TestPki(folder);
    authority = TestPki.authority("Root");
    ca = pki.file("ca.pem", authority.getCertificatePEM());
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aKnownAuthorityAndTheRightNameAreTrusted(SslProvider provider) throws Exception {
    SslHandler handler = connect(provider, "chat.test", verified(null));

    handler.handshakeFuture().sync();
    assertThat(handler.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aLiteralAddressIsVerifiedButNotAskedFor(SslProvider provider) throws Exception {
    connect(provider, "127.0.0.1", verified(null)).handshakeFuture().sync();

    assertThat(askedFor()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aNameWithoutADotIsAskedForToo(SslProvider provider) throws Exception {
    connect(provider, "localhost", verified(null)).handshakeFuture().sync();

    assertThat(askedFor()).containsExactly("localhost");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void theServerNameReplacesTheHost(SslProvider provider) throws Exception {
    connect(provider, "127.0.0.2", verified("chat.test")).handshakeFuture().sync();

    assertThat(askedFor()).containsExactly("chat.test");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aWrongNameIsRefused(SslProvider provider) throws Exception {
    SslHandler handler = connect(provider, "other.test", verified(null));

    assertThatThrownBy(() -> handler.handshakeFuture().sync())
        .isInstanceOf(SSLException.class)
        .hasStackTraceContaining("other.test");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aWrongAddressIsRefused(SslProvider provider) throws Exception {
    SslHandler handler = connect(provider, "127.0.0.9", verified(null));

    assertThatThrownBy(() -> handler.handshakeFuture().sync()).isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void anUnknownAuthorityIsRefused(SslProvider provider) throws Exception {
    Path other = pki.file("other.pem", TestPki.authority("Other").getCertificatePEM());
    SslHandler handler = connect(provider, "chat.test", new UpstreamTls(true, other, null));

    assertThatThrownBy(() -> handler.handshakeFuture().sync()).isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void theSystemDoesNotTrustOurAuthority(SslProvider provider) throws Exception {
    SslHandler handler = connect(provider, "chat.test", new UpstreamTls(true, null, null));

    assertThatThrownBy(() -> handler.handshakeFuture().sync()).isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void withoutVerifyingAnythingGoes(SslProvider provider) throws Exception {
    SslHandler handler = connect(provider, "other.test", new UpstreamTls(false, null, null));

    handler.handshakeFuture().sync();
    assertThat(askedFor()).containsExactly("other.test");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void anExpiredCertificateIsServedButRefused(SslProvider provider) throws Exception {
    X509Bundle leaf = TestPki.expired().buildIssuedBy(authority);
    SslHandler handler = connect(provider, "chat.test", verified(null), leaf);

    assertThatThrownBy(() -> handler.handshakeFuture().sync())
        .isInstanceOf(SSLException.class)
        .hasRootCauseInstanceOf(CertificateExpiredException.class);
  }

  @Test
  void rsaWorksToo() throws Exception {
    X509Bundle leaf = TestPki.leaf().rsa2048().buildIssuedBy(authority);

    connect(SslProvider.OPENSSL, "chat.test", verified(null), leaf).handshakeFuture().sync();
  }

  @Test
  void boringSslIsPartOfTheBuildAndPreferred() {
    assertThat(OpenSsl.isAvailable()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    assertThat(Engine.best()).isEqualTo(SslProvider.OPENSSL);
  }

  private UpstreamTls verified(@Nullable String serverName) {
    return new UpstreamTls(true, ca, serverName);
  }

  private SslHandler connect(SslProvider provider, String host, UpstreamTls tls) throws Exception {
    return connect(provider, host, tls, TestPki.leaf().buildIssuedBy(authority));
  }

  private SslHandler connect(SslProvider provider, String host, UpstreamTls tls, X509Bundle leaf)
      throws Exception {
    Path certificate = pki.file("leaf.pem", leaf.getCertificatePathPEM());
    Path key = pki.file("leaf.key", leaf.getPrivateKeyPEM());
    int port = serve(ServerTls.context(new ListenerTls(certificate, key), provider));
    SslContext context = ClientTls.context(tls, provider);
    Backend backend = new Backend(true, host, port, "", 1, null);
    // A failed handshake empties the pipeline at once, so the handler is kept aside.
    SslHandler handler = ClientTls.handler(context, ByteBufAllocator.DEFAULT, tls, backend);
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .handler(init(channel -> channel.pipeline().addLast(handler)))
        .connect("127.0.0.1", port)
        .sync();
    return handler;
  }

  private int serve(SslContext context) {
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                init(channel -> {
                  SslHandler handler = context.newHandler(channel.alloc());
                  channel.pipeline().addLast(handler);
                  handler
                      .handshakeFuture()
                      .addListener(_ -> served.complete(handler.engine().getSession()));
                }))
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private List<String> askedFor() throws Exception {
    ExtendedSSLSession session = (ExtendedSSLSession) served.get(5, TimeUnit.SECONDS);
    return session.getRequestedServerNames().stream()
        .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
        .toList();
  }

  private static ChannelInitializer<Channel> init(Consumer<Channel> set) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        set.accept(channel);
        channel.pipeline().addLast(new CloseOnFailure());
      }
    };
  }

  /** The handshake's future tells the failure; nobody else needs to. */
  private static final class CloseOnFailure extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
