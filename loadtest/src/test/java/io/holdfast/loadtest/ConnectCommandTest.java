package io.holdfast.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.loadtest.FaultyServer.Fault;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectCommandTest {
  private EchoServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = EchoServer.start(EchoOptions.loopback(1));
    url = "ws://127.0.0.1:" + server.port() + "/";
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void printsWhatComesBackAndClosesAfterTheInput() {
    Cli run = Cli.connect("hello\n/ping are you there\n//slash\n\u001b[31mred\n", url);

    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "text hello", "pong are you there", "text /slash", "text \\u001b[31mred", "close 1000");
    assertThat(run.err()).contains("# connected to " + url, "served by 127.0.0.1:" + server.port());
  }

  @Test
  void sendsBinaryAndTakesNoCommandsWhenRaw() {
    Cli run = Cli.connect("/ping\n", url, "--binary", "--raw");

    assertThat(run.out().lines()).containsExactly("binary 2f70696e67", "close 1000");
  }

  @Test
  void exitsWithThreeWhenTheCloseIsNotNormal() {
    Cli run = Cli.connect("/close 12\n/close 4000 had enough\nlate\n", url);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out().lines()).containsExactly("close 4000 had enough");
    assertThat(run.err()).contains("'12' is no close code");
  }

  @Test
  void endsAfterCountWhileTheInputStaysOpen() throws IOException {
    try (PipedWriter typed = new PipedWriter();
        BufferedReader input = new BufferedReader(new PipedReader(typed))) {
      typed.write("one\ntwo\nthree\n");
      typed.flush();

      Cli run = Cli.run(new ConnectCommand(input), url, "--count", "2", "--timestamps");

      assertThat(run.code()).isZero();
      assertThat(run.out().lines()).hasSize(3);
      assertThat(run.out().lines().toList().get(1)).matches("\\d{4}-\\d\\d-\\d\\dT[^ ]*Z text two");
    }
  }

  @Test
  void failsWhenFewerThanCountCame() {
    Cli run = Cli.connect("one\n", url, "--count", "2", "--wait", "300ms");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out().lines()).containsExactly("text one", "close 1000");
  }

  @Test
  void pingsAtItsInterval() {
    Cli run = Cli.connect("", url, "--ping", "50ms", "--wait", "400ms");

    assertThat(run.code()).isZero();
    assertThat(run.out().lines().filter("pong"::equals).count()).isBetween(3L, 8L);
  }

  @Test
  void sendsHeadersAndSubprotocols() throws IOException {
    try (FaultyServer peer = new FaultyServer(Fault.NONE)) {
      Cli run =
          Cli.connect(
              "x\n", peer.url(), "-H", "X-One: 1", "-H", "Host: other.test", "--subprotocol=a,b");

      assertThat(run.code()).isZero();
      assertThat(peer.heads)
          .singleElement()
          .asString()
          .containsIgnoringCase("x-one: 1\r\n")
          .containsIgnoringCase("host: other.test\r\n")
          .containsIgnoringCase("sec-websocket-protocol: a, b\r\n")
          .doesNotContain("127.0.0.1");
    }
  }

  @Test
  void compressesWhenTheServerAgrees() {
    String line = "the same again ".repeat(2_000);
    Cli run = Cli.connect(line + "\n\n/ping\n" + line + "\n", url, "--compress");

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("connected to " + url + ", permessage-deflate,");
    assertThat(run.out().lines())
        .containsExactly("text " + line, "text", "pong", "text " + line, "close 1000");
  }

  @Test
  void saysWhenTheServerDoesNotCompress() throws IOException {
    EchoOptions plain = EchoOptions.loopback(1).withCompression(false);
    try (EchoServer declines = EchoServer.start(plain)) {
      Cli run = Cli.connect("x\n", "ws://127.0.0.1:" + declines.port() + "/", "--compress");

      assertThat(run.code()).isZero();
      assertThat(run.err()).contains("# the server agreed to no compression");
      assertThat(run.out().lines()).containsExactly("text x", "close 1000");
    }
  }

  @Test
  void refusesCompressionThatWasNotOffered() throws IOException {
    try (FaultyServer peer = new FaultyServer(Fault.BAD_DEFLATE)) {
      Cli run = Cli.connect("x\n", peer.url());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .contains("the 101 chose the extension 'permessage-deflate', which was not offered");
    }
  }

  @Test
  void tellsWhatCannotBeInflated() throws IOException {
    try (FaultyServer peer = new FaultyServer(Fault.BAD_DEFLATE)) {
      Cli run = Cli.connect("x\n".repeat(30), peer.url(), "--compress");

      assertThat(run.code()).isEqualTo(3);
      assertThat(run.out().lines()).startsWith("text x").endsWith("close 1006");
      assertThat(run.err())
          .contains("the server broke the protocol: a compressed message cannot be inflated");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--count=0, --count is 0; expected at least 1",
    "--ping=0s, --ping is 0; expected a time such as 10s",
    "-H=Upgrade: x, '-H sets Upgrade, which the handshake sets itself'",
    "-H=sec-websocket-extensions: x, see --subprotocol and --compress",
    "--subprotocol=a b, the subprotocol 'a b' is not a token such as chat.v2",
  })
  void refusesWrongUsage(String option, String complaint) {
    Cli run = Cli.connect("", url, option);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "REFUSE_403 | the server answered 403 Forbidden: not for you",
        "WRONG_ACCEPT | Sec-WebSocket-Accept is 'bm9uc2Vuc2U='",
        "NO_ANSWER | no answer to the handshake in time",
      })
  void saysWhyThereIsNoHandshake(Fault fault, String why) throws IOException {
    try (FaultyServer peer = new FaultyServer(fault)) {
      Cli run = Cli.connect("x\n", peer.url(), "--connect-timeout", "300ms");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("holdfast connect: ").contains(why);
      assertThat(run.out()).isEmpty();
    }
  }

  @Test
  void tellsAResetFromAClose() throws IOException {
    try (FaultyServer peer = new FaultyServer(Fault.RESET)) {
      Cli run = Cli.connect("x\n".repeat(20), peer.url());

      assertThat(run.code()).isEqualTo(3);
      assertThat(run.out()).endsWith("close 1006\n");
    }
  }

  @Test
  void saysWhichHostIsUnknownAndWhichPortRefuses() {
    assertThat(Cli.connect("", "ws://no-such-host.invalid/").err())
        .contains("the host 'no-such-host.invalid' is not known");

    int port = server.port();
    server.close();
    Cli run = Cli.connect("", url);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("127.0.0.1:" + port + " refused the connection");
  }

  @Test
  void verifiesCertificatesUnlessToldNotTo() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SslContext tls = SslContextBuilder.forServer(bundle.toKeyManagerFactory()).build();
    try (EchoServer secure = EchoServer.start(EchoOptions.loopback(1).withTls(tls))) {
      String target = "wss://127.0.0.1:" + secure.port() + "/";

      Cli refused = Cli.connect("x\n", target);
      Cli accepted = Cli.connect("x\n", target, "--insecure");
      Cli loaded = Cli.loadtest(target, "--insecure", "--warmup=0s", "--duration=300ms");

      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("TLS with 127.0.0.1:" + secure.port() + " failed");
      assertThat(accepted.out().lines().toList()).isEqualTo(List.of("text x", "close 1000"));
      assertThat(loaded.code()).as(loaded.out()).isZero();
    }
  }
}
