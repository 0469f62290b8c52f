package io.holdfast.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.source.Section;
import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.Capacity;
import io.holdfast.model.ClientKey;
import io.holdfast.model.ConnectionAge;
import io.holdfast.model.CookieAffinity;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Discover;
import io.holdfast.model.Drain;
import io.holdfast.model.Ejection;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.HashAffinity;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.Keepalive;
import io.holdfast.model.LoadReports;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Panic;
import io.holdfast.model.Probe;
import io.holdfast.model.RebalancePolicy;
import io.holdfast.model.Retries;
import io.holdfast.model.Service;
import io.holdfast.model.TableAffinity;
import io.holdfast.model.Timeouts;
import io.holdfast.model.UpstreamTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code services} and the sections in them. */
final class ServiceConfigTest {

  private static final String BACKENDS = "backends: [ws://10.0.0.1:8000]\n";
  private static final DeployPolicy DEPLOY =
      new DeployPolicy(
          List.of(0.05, 0.25, 1.0),
          seconds(30),
          null,
          seconds(60),
          new DeployPolicy.Verify(20, 0.01, 0.01, 5),
          Map.of());
  private static final List<Backend> BACKEND =
      List.of(new Backend(false, "10.0.0.1", 8000, "", 1, null));

  @TempDir private Path folder;

  @Test
  void defaults() {
    assertThat(read(BACKENDS))
        .isEqualTo(
            new Service(
                "chat",
                new BalancePolicy(Balance.LEAST_CONNECTIONS, null, seconds(30), null, Map.of()),
                null,
                BACKEND,
                null,
                new Ejection(5, seconds(1), seconds(10), seconds(300), 0.5),
                new Capacity(0, 0, Capacity.WhenFull.NEXT, seconds(5)),
                new HandshakePacing(0, 0, seconds(30), seconds(5), seconds(10)),
                Panic.TRY_ALL,
                new Timeouts(
                    seconds(10),
                    seconds(10),
                    seconds(60),
                    seconds(300),
                    seconds(10),
                    seconds(5),
                    seconds(60)),
                new Keepalive(seconds(25), seconds(60), Duration.ZERO),
                new ConnectionAge(Duration.ZERO, Duration.ZERO),
                new Retries(2, 0.2, 10),
                new Drain(seconds(30), OptionalDouble.empty(), 1012, null, OnUnhealthy.LEAVE),
                null,
                new RebalancePolicy(false, 0.1, 50, seconds(30)),
                DEPLOY,
                new HostPolicy(HostPolicy.Kind.CLIENT, null),
                new UpstreamTls(true, null, null),
                true));
  }

  @Test
  void fullMapping() throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.pem"), "");
    Files.writeString(
        folder.resolve("smoke.yaml"),
        """
        path: /chat
        host: a.b
        subprotocol: chat.v2
        headers: { X-Smoke: 1 }
        timeout: 3s
        script: [{ send: hello }, { expect: hi }, { close: 1001 }]
        load: { connections: 4, rounds: 2 }
        """);
    String yaml =
        """
        balance: { algorithm: consistent_hash, key: header:X-Room }
        groups: { green: { share: 10, start: run green, stop: end green } }
        health:
          websocket:
            path: /health
            host: a.b
            subprotocol: chat.v2
            headers: { X-Probe: 1 }
            send: hello
            expect: hi
            interval: 5s
            downInterval: 1s
            timeout: 3s
            fall: 4
            rise: 1
          panic: refuse
        ejection: { failures: 0, silence: off, time: 1s, maxTime: 2s, maxEjected: 10% }
        capacity:
          { maxConnections: 100, maxPendingHandshakes: 5, whenFull: queue, queueTimeout: 2s }
        handshakes:
          { rate: 500/s, perBackend: 600/m, warm: 20s, queueTimeout: off, retryAfter: 30s }
        affinity:
          unhealthy: fail
          cookie:
            name: STICKY
            path: /ws
            domain: example.com
            sameSite: none
            crossOrigin: true
            maxAge: 1h
            secret: 0123456789abcdef
            oldSecrets: [fedcba9876543210]
        timeouts:
          { connect: 1s, handshake: 2s, response: off, exchange: 4s, write: 0, close: 6s, pool: 7s }
        keepalive: { ping: off, pongTimeout: 20s, idle: 5m }
        maxConnectionAge: { max: 12h, jitter: 10m }
        retries: { max: 3, budget: 50%, minPerSecond: 1 }
        drain: { deadline: 1m, rate: 300/m, code: 1001, reason: moved, onUnhealthy: close }
        rebalance: { auto: true, tolerance: 20%, rate: 300/m, after: 10s }
        migration:
          mode: live
          settle: { quiet: 100ms, atMost: 2s }
          busy: leave
          prologue: { clientMessages: 2, swallowAnswers: 1 }
          onClose: [4001]
          onFailure: false
          holdBuffer: 64KiB
          timeout: 3s
          compression: off
        deploy:
          steps: [50%, 100%]
          bake: off
          smoke: smoke.yaml
          timeout: 5s
          verify: { minSamples: 0, handshakeFailures: 2%, abnormalCloses: 3%, pingTime: 4 }
        host: chat.internal:81
        tlsVerify: true
        tlsCa: ca.pem
        tlsServerName: chat.internal
        strict: false
        backends:
          - { url: "wss://Chat.internal/base/", weight: 5, group: green, discover: dns }
        """;

    assertThat(read(yaml))
        .isEqualTo(
            new Service(
                "chat",
                new BalancePolicy(
                    Balance.CONSISTENT_HASH,
                    new ClientKey(ClientKey.Source.HEADER, "x-room"),
                    seconds(30),
                    null,
                    Map.of("green", 10)),
                new AffinityPolicy(
                    new CookieAffinity(
                        "STICKY",
                        "/ws",
                        "example.com",
                        CookieAffinity.SameSite.NONE,
                        true,
                        Duration.ofHours(1),
                        "0123456789abcdef",
                        List.of("fedcba9876543210")),
                    AffinityPolicy.Unhealthy.FAIL),
                List.of(
                    new Backend(
                        true,
                        "chat.internal",
                        443,
                        "/base",
                        5,
                        "green",
                        Discover.DNS,
                        "chat.internal")),
                new Probe(
                    new Probe.WebSocket(
                        "/health",
                        "a.b",
                        "chat.v2",
                        Map.of("X-Probe", "1"),
                        List.of(new Probe.Send("hello"), new Probe.Expect("hi"))),
                    seconds(5),
                    seconds(1),
                    seconds(3),
                    4,
                    1),
                new Ejection(0, Duration.ZERO, seconds(1), seconds(2), 0.1),
                new Capacity(100, 5, Capacity.WhenFull.QUEUE, seconds(2)),
                new HandshakePacing(500, 10, seconds(20), Duration.ZERO, seconds(30)),
                Panic.REFUSE,
                new Timeouts(
                    seconds(1),
                    seconds(2),
                    Duration.ZERO,
                    seconds(4),
                    Duration.ZERO,
                    seconds(6),
                    seconds(7)),
                new Keepalive(Duration.ZERO, seconds(20), seconds(300)),
                new ConnectionAge(Duration.ofHours(12), Duration.ofMinutes(10)),
                new Retries(3, 0.5, 1),
                new Drain(seconds(60), OptionalDouble.of(5), 1001, "moved", OnUnhealthy.CLOSE),
                new MigrationPolicy(
                    Duration.ofMillis(100),
                    seconds(2),
                    MigrationPolicy.Busy.LEAVE,
                    2,
                    1,
                    Set.of(4001),
                    false,
                    65536,
                    seconds(3),
                    false),
                new RebalancePolicy(true, 0.2, 5, seconds(10)),
                new DeployPolicy(
                    List.of(0.5, 1.0),
                    Duration.ZERO,
                    new DeployPolicy.Smoke(
                        new Probe.WebSocket(
                            "/chat",
                            "a.b",
                            "chat.v2",
                            Map.of("X-Smoke", "1"),
                            List.of(
                                new Probe.Send("hello"),
                                new Probe.Expect("hi"),
                                new Probe.Close(1001))),
                        seconds(3),
                        4,
                        2),
                    seconds(5),
                    new DeployPolicy.Verify(0, 0.02, 0.03, 4),
                    Map.of("green", new DeployPolicy.Commands("run green", "end green"))),
                new HostPolicy(HostPolicy.Kind.FIXED, "chat.internal:81"),
                new UpstreamTls(true, ca, "chat.internal"),
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "script: [] | 1:1: \"path\" is missing",
        "{path: /, script: [{send: a, expect: b}]} | 1:20: script[0]: expected one of send, expect and close",
        "{path: /, script: [{close: 1006}]} | 1:28: script[0].close: found \"1006\", expected a close code from 1000 to 1003, 1007 to 1014 or 3000 to 4999",
        "{path: /, load: {rounds: 0}} | 1:26: load.rounds: found \"0\", expected a whole number from 1 to 1000"
      })
  void aSmokeScriptIsChecked(String yaml, String error) {
    assertThatThrownBy(() -> SmokeConfig.parse("s", yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a smoke script; s:" + error);
  }

  @Test
  void affinityOfEachKind() {
    ClientKey user = new ClientKey(ClientKey.Source.HEADER, "x-user");
    ClientKey session = new ClientKey(ClientKey.Source.COOKIE, "SID");
    Duration week = Duration.ofDays(7);
    Duration day = Duration.ofDays(1);

    assertThat(affinity("{ hash: header:X-User }")).isEqualTo(new HashAffinity(user));
    assertThat(affinity("{ key: header:X-User }"))
        .isEqualTo(new TableAffinity(user, false, week, day, 100_000));
    assertThat(affinity("{ key: { by: ip, lifetime: 1h, idle: off, size: 5 } }"))
        .isEqualTo(
            new TableAffinity(ClientKey.ADDRESS, false, Duration.ofHours(1), Duration.ZERO, 5));
    assertThat(affinity("{ appCookie: SID }"))
        .isEqualTo(new TableAffinity(session, true, week, day, 100_000));
    assertThat(affinity("{ appCookie: { name: SID, idle: 10m } }"))
        .isEqualTo(new TableAffinity(session, true, week, Duration.ofMinutes(10), 100_000));
  }

  private AffinityPolicy.Kind affinity(String yaml) {
    return requireNonNull(read(BACKENDS + "affinity: " + yaml).affinity()).kind();
  }

  @Test
  void reportsOfEveryForm() {
    Duration half = Duration.ofSeconds(30);
    assertThat(read(BACKENDS + "balance: least_reported").balance().reports())
        .isEqualTo(new LoadReports("/metric", null, half, half, null, null));
    String reports =
        "{ path: /m, port: 9090, cacheTtl: 5s, timeout: 2s, metric: 'ws{a=\"b\", c=\"d\"}' }";
    assertThat(
            read(BACKENDS + "balance: { algorithm: least_reported, reports: " + reports + " }")
                .balance()
                .reports())
        .isEqualTo(
            new LoadReports(
                "/m",
                9090,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                null,
                new LoadReports.Metric("ws", Map.of("a", "b", "c", "d"))));
  }

  @Test
  void shorthands() {
    Service service = read(BACKENDS + "retries: 5\nmaxConnectionAge: 10h\nhost: backend");

    assertThat(service.retries()).isEqualTo(new Retries(5, 0.2, 10));
    assertThat(service.age())
        .isEqualTo(new ConnectionAge(Duration.ofHours(10), Duration.ofHours(1)));
    assertThat(service.host()).isEqualTo(new HostPolicy(HostPolicy.Kind.BACKEND, null));
    assertThat(read(BACKENDS + "maxConnectionAge: off").age().max()).isZero();
    assertThat(read(BACKENDS + "maxConnectionAge: { max: 10h }").age().jitter())
        .isEqualTo(Duration.ofHours(1));
    assertThat(read(BACKENDS + "retries: { max: 0 }").retries()).isEqualTo(new Retries(0, 0.2, 10));
  }

  @Test
  void cookiesOfTwoServicesHaveTwoNames() {
    ServiceConfig config = Reading.fine(BACKENDS + "affinity: { cookie: {} }", this::service);

    assertThat(config.compile("chat").affinity())
        .isEqualTo(
            new AffinityPolicy(
                CookieAffinity.of("HOLDFAST_659df2aa", Duration.ofHours(24), null),
                AffinityPolicy.Unhealthy.REBIND));
    assertThat(config.compile("api").affinity()).isNotEqualTo(config.compile("chat").affinity());
    assertThat(read(BACKENDS + "affinity:\n  cookie:\n").affinity()).isNotNull();
    assertThat(read(BACKENDS + "affinity: {}").affinity()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "ws://a, ws://a:80",
    "http://a, ws://a:80",
    "wss://a, wss://a:443",
    "https://a/, wss://a:443",
    "ws://my_app:8000, ws://my_app:8000",
    "'ws://[::1]:8000/x/y', 'ws://[::1]:8000/x/y'",
    "ws://A.B/C, ws://a.b:80/C",
  })
  void backendAddresses(String url, String address) {
    assertThat(read("backends: ['" + url + "']").backends())
        .extracting(Backend::address)
        .containsExactly(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | c:1:1: backends: expected at least one backend",
        "backends: [] | c:1:11: backends: expected at least one backend",
        "backends: ws://a | c:1:11: backends: found a single value, expected a list",
        "backends: [a:80] | c:1:12: backends[0]: found \"a:80\", expected an address such as ws://10.0.0.1:8000 or wss://chat.internal/base",
        "backends: ['ws://'] | c:1:12: backends[0]: found \"ws://\", expected an address such as ws://10.0.0.1:8000 or wss://chat.internal/base",
        "backends: ['ws://a:0'] | c:1:12: backends[0]: found \"ws://a:0\", expected an address such as ws://10.0.0.1:8000 or wss://chat.internal/base",
        "backends: ['ftp://a'] | c:1:12: backends[0]: found \"ftp://a\", expected an address such as ws://10.0.0.1:8000 or wss://chat.internal/base",
        "backends: ['ws://u:S3CRET@a'] | c:1:12: backends[0]: found \"ws://***@a\", expected an address without user info",
        "backends: ['ws://a/b?c'] | c:1:12: backends[0]: found \"ws://a/b?c\", expected an address without query, fragment or dot segments",
        "backends: ['ws://a/b#c'] | c:1:12: backends[0]: found \"ws://a/b#c\", expected an address without query, fragment or dot segments",
        "backends: ['ws://a/../b'] | c:1:12: backends[0]: found \"ws://a/../b\", expected an address without query, fragment or dot segments",
        "backends: [{weight: 1}] | c:1:12: backends[0]: \"url\" is missing",
        "backends: [{url: 'ws://a', weight: -1}] | c:1:36: backends[0].weight: found \"-1\", expected a whole number from 0 to 1000000",
        "backends: [{url: 'ws://a', wieght: 1}] | c:1:28: backends[0].wieght: unknown key; did you mean \"weight\"?",
        "backends: [{url: 'ws://a', group: 'a b'}] | c:1:35: backends[0].group: found \"a b\", expected a name of at most 64 letters, digits, dots, dashes and underscores, with a letter or digit first and last",
        "backends: [{url: 'ws://a', discover: srv}] | c:1:38: backends[0].discover: found \"srv\", expected one of off, dns",
        "backends: [{url: 'ws://10.0.0.1', discover: dns}] | c:1:45: backends[0].discover: 10.0.0.1 is an address already; expected a name in url, or no discover",
        "backends: [{url: 'ws://[fd00::1]', discover: dns}] | c:1:46: backends[0].discover: fd00::1 is an address already; expected a name in url, or no discover",
        "backends: ['ws://a', 'http://A:80/'] | c:1:22: backends[1]: ws://a:80 stands here again; it is backends[0] already",
        "{backends: ['ws://a'], balance: fastest} | c:1:33: balance: found \"fastest\", expected one of round_robin, random, least_connections, power_of_two, least_reported, ip_hash, consistent_hash",
        "{backends: ['ws://a'], balance: consistent_hash} | c:1:33: balance: needs a key; expected { algorithm: consistent_hash, key: header:X-Room }",
        "{backends: ['ws://a'], balance: {algorithm: consistent_hash}} | c:1:45: balance.algorithm: needs a key; expected one beside it, such as key: header:X-Room",
        "{backends: ['ws://a'], balance: {algorithm: random, key: ip}} | c:1:58: balance.key: has no use with random; expected consistent_hash",
        "{backends: ['ws://a'], balance: {algorithm: consistent_hash, key: cookie}} | c:1:67: balance.key: found \"cookie\", expected ip, path, header:Name, cookie:name or query:name",
        "{backends: ['ws://a'], balance: {algorithm: consistent_hash, key: 'ip:4'}} | c:1:67: balance.key: found \"ip:4\", expected ip, path, header:Name, cookie:name or query:name",
        "{backends: ['ws://a'], balance: {algorithm: random, reports: {path: /load}}} | c:1:62: balance.reports: has no use with random; expected least_reported",
        "{backends: ['ws://a'], balance: {algorithm: least_reported, reports: {pointer: clients}}} | c:1:80: balance.reports.pointer: found \"clients\", expected a JSON pointer such as /stats/clients",
        "{backends: ['ws://a'], balance: {algorithm: least_reported, reports: {metric: 'a{b=c}'}}} | c:1:79: balance.reports.metric: found \"a{b=c}\", expected a metric such as websocket_connections{path=\"/chat\"}",
        "{backends: ['ws://a'], balance: {algorithm: least_reported, reports: {pointer: /a, metric: a}}} | c:1:92: balance.reports.metric: has no use with pointer; expected one or the other",
        "{backends: ['ws://a'], balance: {algorithm: ip_hash, slowStart: off}} | c:1:65: balance.slowStart: has no use with ip_hash; expected least_connections or power_of_two or least_reported",
        "{backends: ['ws://a'], balance: {slowStart: 30}} | c:1:45: balance.slowStart: found \"30\", expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off",
        "{backends: ['ws://a'], groups: {blue: 1}} | c:1:32: groups: has no share for no group of backend ws://a:80; expected one for every backend's group",
        "{backends: [{url: 'ws://a', group: green}], groups: {blue: 1}} | c:1:53: groups: has no share for group green of backend ws://a:80; expected one for every backend's group",
        "{backends: ['ws://a'], deploy: {steps: [50%]}} | c:1:40: deploy.steps: expected 100% as the last step",
        "{backends: ['ws://a'], deploy: {steps: [50%, 50%, 100%]}} | c:1:40: deploy.steps: expected shares above 0% that grow, such as 5%, 25%, 100%",
        "{backends: [{url: 'ws://a', group: blue}], groups: {blue: {start: ''}}} | c:1:67: groups.blue.start: found \"\", expected a shell command",
        "{backends: [{url: 'ws://a', group: blue}], groups: {blue: -1}} | c:1:59: groups.blue: found \"-1\", expected a whole number from 0 to 1000000",
        "{backends: ['ws://a'], health: {http: {}}} | c:1:39: health.http: \"path\" is missing",
        "{backends: ['ws://a'], health: {websocket: {interval: 5s}}} | c:1:44: health.websocket: \"path\" is missing",
        "{backends: ['ws://a'], health: {http: {path: health}}} | c:1:46: health.http.path: found \"health\", expected a path such as /health",
        "{backends: ['ws://a'], health: {http: {path: /, expect: ok}}} | c:1:57: health.http.expect: found \"ok\", expected statuses such as 200, 200-399 or 200-299,404",
        "{backends: ['ws://a'], health: {http: {path: /, expect: 399-200}}} | c:1:57: health.http.expect: found \"399-200\", expected the lower status of a range first",
        "{backends: ['ws://a'], drain: {rate: 1/s, deadline: off}} | c:1:38: drain.rate: has no use with deadline: off, which ends all at once",
        "{backends: ['ws://a'], drain: {onUnhealthy: move}} | c:1:45: drain.onUnhealthy: move needs migration: { mode: live }; expected that, leave or close",
        "{backends: ['ws://a'], health: {http: {path: /, body: '('}}} | c:1:55: health.http.body: found \"(\", expected a regular expression; this has Unclosed group",
        "{backends: ['ws://a'], health: {tcp: {fall: 0}}} | c:1:45: health.tcp.fall: found \"0\", expected a whole number from 1 to 1000",
        "{backends: ['ws://a'], health: {tcp: {}, http: {path: /}}} | c:1:32: health: has more than one probe; expected one of websocket, http, tcp",
        "{backends: ['ws://a'], ejection: {time: 10s, maxTime: 5s}} | c:1:55: ejection.maxTime: expected at least time",
        "{backends: ['ws://a'], healht: {}} | c:1:24: healht: unknown key; did you mean \"health\"?",
        "{backends: ['ws://a'], colour: {}} | c:1:24: colour: unknown key; expected one of balance, groups, affinity, health, ejection, capacity, handshakes, timeouts, keepalive, maxConnectionAge, retries, drain, migration, rebalance, deploy, host, tlsVerify, tlsCa, tlsServerName, strict, backends",
        "{backends: ['ws://a'], affinity: {cookie: {name: a b}}} | c:1:50: affinity.cookie.name: found \"a b\", expected a cookie name such as HOLDFAST",
        "{backends: ['ws://a'], affinity: {cookie: {maxAge: 0}}} | c:1:52: affinity.cookie.maxAge: found \"0\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "{backends: ['ws://a'], affinity: {cookie: {secret: S3CRET}}} | c:1:52: affinity.cookie.secret: found a value that is not shown, expected at least 16 characters that nobody can guess",
        "{backends: ['ws://a'], affinity: {cookie: {oldSecrets: [S3CRET]}}} | c:1:57: affinity.cookie.oldSecrets[0]: found a value that is not shown, expected at least 16 characters that nobody can guess",
        "{backends: ['ws://a'], affinity: {cookie: {path: '/;'}}} | c:1:50: affinity.cookie.path: found \"/;\", expected a path such as /ws",
        "{backends: ['ws://a'], affinity: {cookie: {domain: '.a'}}} | c:1:52: affinity.cookie.domain: found \".a\", expected a domain such as example.com",
        "{backends: ['ws://a'], affinity: {cookie: {sameSite: off}}} | c:1:54: affinity.cookie.sameSite: found \"off\", expected one of lax, strict, none",
        "{backends: ['ws://a'], affinity: {hash: ip, key: ip}} | c:1:34: affinity: has more than one kind; expected one of cookie, appCookie, key, hash",
        "{backends: ['ws://a'], affinity: {hash: cookie}} | c:1:41: affinity.hash: found \"cookie\", expected ip, path, header:Name, cookie:name or query:name",
        "{backends: ['ws://a'], affinity: {key: {size: 5}}} | c:1:40: affinity.key: \"by\" is missing",
        "{backends: ['ws://a'], affinity: {key: {by: ip, size: 0}}} | c:1:55: affinity.key.size: found \"0\", expected a whole number from 1 to 10000000",
        "{backends: ['ws://a'], affinity: {appCookie: 'a b'}} | c:1:46: affinity.appCookie: found \"a b\", expected a cookie name such as HOLDFAST",
        "{backends: ['ws://a'], affinity: {unhealthy: fail}} | c:1:46: affinity.unhealthy: has no use alone; expected cookie, appCookie, key or hash beside it",
        "{backends: ['ws://a'], capacity: {maxConnections: 1, whenFull: wait}} | c:1:64: capacity.whenFull: found \"wait\", expected one of next, queue, refuse",
        "{backends: ['ws://a'], capacity: {whenFull: refuse}} | c:1:45: capacity.whenFull: has no use without a limit; expected maxConnections or maxPendingHandshakes beside it",
        "{backends: ['ws://a'], capacity: {maxConnections: 5, queueTimeout: 1s}} | c:1:68: capacity.queueTimeout: has no use with next; expected whenFull: queue beside it",
        "{backends: ['ws://a'], capacity: {maxConnections: -1}} | c:1:51: capacity.maxConnections: found \"-1\", expected a whole number from 0 to 10000000",
        "{backends: ['ws://a'], timeouts: {connect: off}} | c:1:44: timeouts.connect: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "{backends: ['ws://a'], timeouts: {close: 0}} | c:1:42: timeouts.close: found \"0\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "{backends: ['ws://a'], keepalive: {pongTimeout: off}} | c:1:49: keepalive.pongTimeout: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "{backends: ['ws://a'], maxConnectionAge: old} | c:1:42: maxConnectionAge: found \"old\", expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off",
        "{backends: ['ws://a'], maxConnectionAge: {max: 1h, jitter: 1h}} | c:1:60: maxConnectionAge.jitter: expected less than max",
        "{backends: ['ws://a'], retries: 101} | c:1:33: retries: found \"101\", expected a whole number from 0 to 100",
        "{backends: ['ws://a'], retries: {budget: 0.2}} | c:1:42: retries.budget: found \"0.2\", expected a share from 0% to 100%",
        "{backends: ['ws://a'], handshakes: {warm: 1s}} | c:1:43: handshakes.warm: has no use without perBackend; expected both, or neither",
        "{backends: ['ws://a'], migration: {settle: {quiet: 2s, atMost: 2s}}} | c:1:64: migration.settle.atMost: is over before any silence is long enough; expected more than quiet",
        "{backends: ['ws://a'], migration: {settle: {quiet: 2s}, timeout: 4s}} | c:1:66: migration.timeout: is over before a busy relay can be silent; expected more than twice quiet",
        "{backends: ['ws://a'], drain: {code: 1006}} | c:1:38: drain.code: found \"1006\", expected a close code from 1000 to 1003, 1007 to 1014 or 3000 to 4999",
        "{backends: ['ws://a'], drain: {rate: 5}} | c:1:38: drain.rate: found \"5\", expected a rate above zero such as 5/s, 300/m or 1000/h",
        "{backends: ['ws://a'], host: 'a b'} | c:1:30: host: found \"a b\", expected client, backend, or a host such as chat.internal:8080",
        "{backends: ['ws://a'], tlsVerify: no} | c:1:35: tlsVerify: found \"no\", expected true or false",
        "{backends: ['ws://a'], tlsServerName: 'a:1'} | c:1:39: tlsServerName: found \"a:1\", expected a host name such as chat.internal",
        "{backends: ['ws://a'], strict: 1} | c:1:32: strict: found \"1\", expected true or false",
      })
  void validation(String yaml, String message) {
    assertThat(Reading.error(yaml, this::service)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({"1000", "1003", "1007", "1014", "3000", "4999"})
  void closeCodes(int code) {
    assertThat(read(BACKENDS + "drain: { code: " + code + " }").drain().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{backends: ['wss://a'], tlsVerify: false} | c:1:36: tlsVerify: any certificate of a backend is taken; use this for trials only",
        "backends: [{url: 'ws://a', weight: 0}] | c:1:11: backends: all weights are 0, so no backend takes new clients",
        "{backends: [{url: 'ws://a', group: blue}], groups: {blue: 1, green: 1}} | c:1:52: groups: no backend is in group green, so others take its share",
        "{backends: [{url: 'ws://a', group: blue}], groups: {blue: 0}} | c:1:52: groups: all shares are 0, so no backend takes new clients",
        "{backends: ['ws://a'], balance: ip_hash, rebalance: {auto: true}} | c:1:60: rebalance.auto: services that choose by a key are not rebalanced",
        "{backends: ['ws://a'], drain: {rate: 1/s}} | c:1:38: drain.rate: rate × deadline is 30 relays, and limits.connections allows 1000; the rest ends at once at the deadline",
      })
  void warnings(String yaml, String message) {
    LimitsConfig limits = Reading.fine("connections: 1000", LimitsConfig::read);
    Reading<ServiceConfig> reading =
        Reading.of(yaml, in -> ServiceConfig.read(in, new Folder(folder), limits));

    assertThat(reading.errors()).isEmpty();
    assertThat(reading.warnings()).containsExactly(message);
  }

  @Test
  void theSecretIsNotInItsText() {
    assertThat(Reading.fine("secret: S3CRETS3CRETS3CRET", CookieConfig::read).toString())
        .isEqualTo("CookieConfig[name=null, maxAge=PT24H]");
  }

  private Service read(String yaml) {
    return Reading.fine(yaml, this::service).compile("chat");
  }

  private ServiceConfig service(Section in) {
    return ServiceConfig.read(in, new Folder(folder), Sections.limits());
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
