package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Everything the gateway counts, said in its own words; {@code docs/metrics.md} lists the names.
 * Thread-safe and non-blocking. Reasons, services and backends become label values, so they must
 * come from the configuration or from constants, never from a client.
 */
public final class Meters {

  /** The service of something that no route led to a service. */
  public static final String NO_SERVICE = "";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicBoolean jvm = new AtomicBoolean();
  private final HandshakeMeters handshakes = new HandshakeMeters(registry);
  private final BackendMeters backends = new BackendMeters(registry);
  private final RelayMeters relays = new RelayMeters(registry);
  private final MoveMeters moves = new MoveMeters(registry);
  private final DeployMeters deploys = new DeployMeters(registry);
  private final TrafficTotals traffic = new TrafficTotals(registry);
  private final Gauge connectionsActive =
      Metric.gauge(registry, "holdfast_connections_active", "Client connections open now.");
  private final Counter connections =
      Metric.counter(registry, "holdfast_connections_total", "Client connections ever accepted.");
  private final Counter refused =
      Metric.counter(
          registry,
          "holdfast_connections_refused_total",
          "Client connections refused by a limit.",
          "reason");
  private final Counter badRequests =
      Metric.counter(
          registry,
          "holdfast_bad_requests_total",
          "Requests refused for a malformed or oversize head.",
          "reason");
  private final Counter reloads =
      Metric.counter(
          registry, "holdfast_config_reloads_total", "Reloads of the configuration.", "result");
  private final Gauge reloadSuccessful =
      Metric.gauge(
          registry,
          "holdfast_config_last_reload_successful",
          "Whether the last reload worked (1) or left the old configuration in force (0).");
  private final Gauge reloadTimestamp =
      Metric.gauge(
          registry,
          "holdfast_config_last_reload_success_timestamp_seconds",
          "When the configuration in force was loaded, in seconds since 1970.");
  private final Counter accessDropped =
      Metric.counter(
          registry,
          "holdfast_access_log_dropped_total",
          "Access log entries dropped since standard output could not keep up.");
  private final EventLoopMeters loops = new EventLoopMeters(registry);

  /** Meters at zero; the configuration of start-up counts as a reload that worked. */
  public Meters() {
    reloads.initLabelValues("success");
    reloads.initLabelValues("failure");
    reloadSuccessful.set(1);
    reloadTimestamp.set(System.currentTimeMillis() / 1e3);
  }

  /** What a scrape reads. */
  public PrometheusRegistry registry() {
    return registry;
  }

  public void connectionOpened() {
    connections.inc();
    connectionsActive.inc();
  }

  public void connectionClosed() {
    connectionsActive.dec();
  }

  /** A client connection refused by a limit, such as {@code connections_per_address}. */
  public void connectionRefused(String reason) {
    refused.labelValues(reason).inc();
  }

  /** A head that is malformed or beyond a limit. */
  public void badRequest(String reason) {
    badRequests.labelValues(reason).inc();
  }

  /** A handshake that was answered, or given up, {@code nanos} after its head came. */
  public void handshake(String service, HandshakeOutcome outcome, long nanos) {
    handshakes.handshake(service, outcome, nanos);
  }

  /** A handshake has to wait for its turn. */
  public void handshakeWaits(String service) {
    handshakes.waits(service);
  }

  /** An HTTP exchange that ended with {@code status}. */
  public void exchange(String service, int status, long nanos) {
    handshakes.exchange(service, status, nanos);
  }

  /** Another backend is tried, for {@code reason}, such as {@code connect_refused}. */
  public void retry(String service, String reason) {
    handshakes.retry(service, reason);
  }

  /** A try on a backend failed, whether or not another one follows. */
  public void backendFailure(String service, String backend, String reason) {
    backends.backendFailure(service, backend, reason);
  }

  /** A backend is {@code state} from now on, such as {@code down}. */
  public void stateChange(String service, String backend, String state) {
    backends.stateChange(service, backend, state);
  }

  /** A backend has gone long since: what was counted of it by its address is told no more. */
  public void forgetBackend(String service, String backend) {
    backends.forget(service, backend);
  }

  /** A backend was asked for its load, and has told it, or not. */
  public void loadReport(String service, String backend, boolean success) {
    backends.loadReport(service, backend, success);
  }

  public void relayOpened(String service) {
    relays.opened(service);
  }

  /**
   * A relay ended.
   *
   * @param code close code that the client got or sent; 0 for none
   * @param reset whether the client connection was reset instead of closed
   * @param nanos since {@link #relayOpened}
   */
  public void relayEnded(String service, EndedBy by, int code, boolean reset, long nanos) {
    relays.ended(service, by, code, reset, nanos);
  }

  /** A relay that was to be drained: {@code moved}, {@code ended} and so on. */
  public void drained(String service, String outcome) {
    moves.drained(service, outcome);
  }

  /** So many are still to be drained, and it takes so long. */
  public void toDrain(String service, int count, double seconds) {
    moves.toDrain(service, count, seconds);
  }

  /** A deploy is over: {@code done} or {@code rolled_back}. */
  public void deployed(String service, String outcome) {
    deploys.deployed(service, outcome);
  }

  /** Whether a deploy is under way. */
  public void deploying(String service, boolean runs) {
    deploys.deploying(service, runs);
  }

  public void pingSent(String service, boolean toClient) {
    relays.pingSent(service, toClient);
  }

  public void pongMissed(String service, boolean fromClient) {
    relays.pongMissed(service, fromClient);
  }

  /** A frame broke RFC 6455 or a limit, and the relay ends with {@code code}. */
  public void protocolError(String service, boolean fromClient, int code) {
    relays.protocolError(service, fromClient, code);
  }

  /** A relay that should be movable is not: its backend insists on compression with a context. */
  public void immovable(String service) {
    moves.immovable(service);
  }

  /**
   * A move is over.
   *
   * @param resume why it was made, such as {@code planned}
   * @param outcome such as {@code moved}
   * @param settleNanos for how long silence was waited for; 0 for not at all
   * @param stallNanos for how long the client was held; 0 for none
   */
  public void move(
      String service, String resume, String outcome, long settleNanos, long stallNanos) {
    moves.move(service, resume, outcome, settleNanos, stallNanos);
  }

  /** A reload worked, or failed and left the old configuration in force. */
  public void reload(boolean success) {
    reloads.labelValues(success ? "success" : "failure").inc();
    reloadSuccessful.set(success ? 1 : 0);
    if (success) {
      reloadTimestamp.set(System.currentTimeMillis() / 1e3);
    }
  }

  public void accessEntriesDropped(long n) {
    accessDropped.inc(n);
  }

  /**
   * Meters for one more event loop; loops are numbered from 0 in the order of these calls.
   *
   * @param connections client connections that it has; any thread asks
   * @param cpu time that its thread has used, in nanoseconds; any thread asks
   */
  public LoopMeters newLoop(IntSupplier connections, LongSupplier cpu) {
    return loops.add(connections, cpu);
  }

  /**
   * Counters for one event loop and service, summed per service at each scrape. They are kept for
   * good: ask once per loop and service name, and keep the answer over reloads.
   */
  public Traffic newTraffic(String service) {
    handshakes.expect(service);
    relays.expect(service);
    return traffic.add(service);
  }

  /** Adds the JVM's own metrics; they are set up at the first scrape. Further calls do nothing. */
  public void registerJvm() {
    if (jvm.compareAndSet(false, true)) {
      registry.register(new LazyJvm());
    }
  }
}
