package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Pki;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS toward clients and toward backends, with Node's on the other side. */
final class TlsIT {
  @TempDir private Path folder;

  private static NodePeer tlsServer(Pki.Leaf leaf) throws IOException {
    return NodePeer.start(
        "ws-server.js", "--cert", leaf.certificate().toString(), "--key", leaf.key().toString());
  }

  /** A plain listener before a TLS backend. */
  private static GatewayProcess before(NodePeer server, String trust) throws IOException {
    return GatewayProcess.start(
        """
        listeners:
          - bind: 127.0.0.1:0
        routes:
          - service: chat
        services:
          chat:
            backends: ["wss://127.0.0.1:%d"]
            %s
        """
            .formatted(server.port(), trust));
  }

  @Test
  void aTlsListenerServesClientsThatKnowItsAuthority() throws Exception {
    Pki pki = Pki.in(folder, "good");
    Pki.Leaf leaf = pki.leaf();
    try (EchoServer echo = EchoServer.start(EchoOptions.loopback(1));
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners:
                  - bind: 127.0.0.1:0
                    tls: { certificates: [{ cert: "%s", key: "%s" }] }
                routes:
                  - service: echo
                services:
                  echo:
                    backends: ["ws://127.0.0.1:%d"]
                """
                    .formatted(leaf.certificate(), leaf.key(), echo.port()));
        NodePeer client =
            NodePeer.start(
                "ws-client.js",
                "tls",
                "wss://localhost:" + gateway.port() + "/",
                pki.certificate().toString())) {
      client.awaitSuccess();
    }
  }

  @Test
  void aBackendWithACertificateOfTheGivenAuthorityIsTrusted() throws Exception {
    Pki pki = Pki.in(folder, "good");
    try (NodePeer server = tlsServer(pki.leaf());
        GatewayProcess gateway = before(server, "tlsCa: " + pki.certificate());
        NodePeer client = NodePeer.start("ws-client.js", "compressed", gateway.ws("/echo"))) {
      client.awaitSuccess();

      assertThat(gateway.log().matching(" WARN ")).isEmpty();
    }
  }

  @Test
  void aBackendOfAnotherAuthorityIsA502AndTheLogSaysWhy() throws Exception {
    Pki other = Pki.in(folder, "other");
    try (NodePeer server = tlsServer(Pki.in(folder, "good").leaf());
        GatewayProcess gateway = before(server, "tlsCa: " + other.certificate());
        RawClient client = RawClient.connect(gateway.port())) {
      client.write(RawClient.upgrade("/echo", "Accept: application/json"));
      RawHead head = client.readHead();

      assertThat(head.status()).isEqualTo(502);
      assertThat(client.readBody(head)).contains("bad_gateway").doesNotContain("certif");
      gateway.log().await(" WARN .*wss://127.0.0.1:" + server.port() + ".*certif");
      assertThat(gateway.metric("holdfast_backend_failures_total", "reason=\"tls\"")).isEqualTo(1);
    }
  }

  @Test
  void aBackendThatIsNotVerifiedIsUsedWithAWarning() throws Exception {
    try (NodePeer server = tlsServer(Pki.in(folder, "good").leaf());
        GatewayProcess gateway = before(server, "tlsVerify: false");
        NodePeer client = NodePeer.start("ws-client.js", "plain", gateway.ws("/echo"))) {
      client.awaitSuccess();

      assertThat(gateway.log().matching(" WARN ")).hasSize(1);
      gateway.log().await(" WARN .*tlsVerify.*any certificate of a backend is taken");
    }
  }
}
