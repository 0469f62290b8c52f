package io.holdfast.admin;

import io.holdfast.control.DeployStatus;
import io.holdfast.control.DrainStatus;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.control.ReloadOutcome;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls the admin API of a running gateway. Thread-safe; every call waits for its answer. */
public final class AdminClient implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final AdminHttp http;

  /**
   * @param base such as {@code http://127.0.0.1:9900}
   * @param token null if the gateway asks for none
   */
  public AdminClient(URI base, @Nullable String token) {
    this(base, token, ANSWER);
  }

  /**
   * The same.
   *
   * @param patience for a whole answer
   */
  AdminClient(URI base, @Nullable String token, Duration patience) {
    this(new AdminHttp(base, token, patience));
  }

  private AdminClient(AdminHttp http) {
    this.http = http;
  }

  /** The base of an admin listener that is bound to {@code address}, for this machine. */
  public static URI url(InetSocketAddress address) {
    boolean everywhere = !address.isUnresolved() && address.getAddress().isAnyLocalAddress();
    return URI.create(
        "http://"
            + (everywhere
                ? NetUtil.toSocketAddressString(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()))
                : NetUtil.toSocketAddressString(address)));
  }

  /** For the admin listener at another port of the same host; needs to be closed too. */
  public AdminClient atPort(int port) {
    return new AdminClient(http.atPort(port));
  }

  /**
   * Has the gateway read its configuration again.
   *
   * @throws AdminException if it answered neither that it did nor that the configuration is wrong
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public ReloadOutcome reload() throws AdminException, IOException, InterruptedException {
    HttpResponse<String> answer = http.send("POST", "/api/v1/reload", "");
    return switch (answer.statusCode()) {
      case 200 -> new ReloadOutcome.Applied(strings(http.json(answer, "changes").path("changes")));
      case 422 -> new ReloadOutcome.Refused(problems(http.json(answer, "errors").path("errors")));
      default -> throw http.refused(answer);
    };
  }

  /**
   * Has an operator say something of a backend.
   *
   * @param word {@code up}, {@code down}, {@code drain}, {@code soft_drain} or {@code clear}
   * @param backend null for a group that {@code more} names
   * @param service null for all that have it
   * @param more of the query, such as {@code &rate=200} or {@code &group=blue}
   * @throws AdminException if the gateway knows no such backend, or refused the call
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public OverrideOutcome override(
      String word, @Nullable String backend, @Nullable String service, String more)
      throws AdminException, IOException, InterruptedException {
    String query =
        "override="
            + encode(word)
            + (backend == null ? "" : "&backend=" + encode(backend))
            + (service == null ? "" : "&service=" + encode(service))
            + more;
    JsonNode answer = http.post("/api/v1/backends/override?" + query, "backends");
    List<OverrideOutcome.Said> said = new ArrayList<>();
    answer
        .path("backends")
        .forEach(node ->
            said.add(
                new OverrideOutcome.Said(
                    node.path("service").asString(""),
                    node.path("address").asString(""),
                    node.path("state").asString(""))));
    return new OverrideOutcome(said, strings(answer.path("warnings")));
  }

  /**
   * Begins to drain and end the gateway, or takes that back.
   *
   * @param more the query, such as {@code &rate=200} or {@code &cancel=true}
   * @throws AdminException if the gateway refused the call
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public void shutdown(String more) throws AdminException, IOException, InterruptedException {
    http.post("/api/v1/shutdown?" + more, "state");
  }

  /**
   * Has the gateway start a new process of itself, and returns when that one has taken over.
   *
   * @param more the query, such as {@code &rate=200}
   * @throws AdminException if it did not come to that; the gateway goes on then
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public Successor upgrade(String more) throws AdminException, IOException, InterruptedException {
    JsonNode answer = http.post("/api/v1/upgrade?" + more, "asidePort");
    return http.read(answer, Successor.class);
  }

  /**
   * Asks the gateway to let process {@code pid} bind its addresses too.
   *
   * @return them, as host and port of its configuration
   * @throws AdminException if it does not
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public Set<String> share(long pid) throws AdminException, IOException, InterruptedException {
    JsonNode answer = http.post("/api/v1/handover/share?pid=" + pid, "addresses");
    return new TreeSet<>(strings(answer.path("addresses")));
  }

  /**
   * Tells the gateway to leave its addresses to process {@code pid}, and to drain.
   *
   * @return port of its admin listener from now on
   * @throws AdminException if it stays
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public int leave(long pid) throws AdminException, IOException, InterruptedException {
    return http.post("/api/v1/handover/leave?pid=" + pid, "asidePort").path("asidePort").asInt();
  }

  /**
   * Has a service's relays spread anew.
   *
   * @param more of the query, such as {@code &rate=200} or {@code &cancel=true}
   * @throws AdminException if there is no such service, or the gateway refused the call
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public void rebalance(String service, String more)
      throws AdminException, IOException, InterruptedException {
    http.post("/api/v1/rebalance?service=" + encode(service) + more, "state");
  }

  /**
   * Drains that run, and the last that have ended, oldest first.
   *
   * @throws AdminException if the gateway refused the call
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public List<DrainStatus> drains() throws AdminException, IOException, InterruptedException {
    return list("/api/v1/drains", "drains", DrainStatus.class);
  }

  /**
   * Begins a deploy.
   *
   * @param query such as {@code service=chat&group=green}
   * @param smoke a smoke script; empty for none
   * @throws AdminException if the gateway refused it
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public DeployStatus deploy(String query, String smoke)
      throws AdminException, IOException, InterruptedException {
    JsonNode answer = http.post("/api/v1/deploys?" + query, smoke, "id");
    return http.read(answer, DeployStatus.class);
  }

  /**
   * Has the deploy of a service rolled back.
   *
   * @throws AdminException if there is none, or it is too late
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public void abortDeploy(String service) throws AdminException, IOException, InterruptedException {
    http.post("/api/v1/deploys/abort?service=" + encode(service), "phase");
  }

  /**
   * Deploys that are over, then those that run.
   *
   * @throws AdminException if the gateway refused the call
   * @throws IOException if it cannot be reached, or does not answer in time
   */
  public List<DeployStatus> deploys() throws AdminException, IOException, InterruptedException {
    return list("/api/v1/deploys", "deploys", DeployStatus.class);
  }

  private <T> List<T> list(String path, String name, Class<T> type)
      throws AdminException, IOException, InterruptedException {
    List<T> list = new ArrayList<>();
    for (JsonNode node : http.get(path, name).path(name)) {
      list.add(http.read(node, type));
    }
    return list;
  }

  /** Text as the value of a query's parameter. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(node -> strings.add(node.asString("")));
    return strings;
  }

  private static List<ReloadOutcome.Problem> problems(JsonNode array) {
    List<ReloadOutcome.Problem> problems = new ArrayList<>();
    array.forEach(node ->
        problems.add(
            new ReloadOutcome.Problem(
                node.path("file").asString(""),
                node.path("line").asInt(0),
                node.path("column").asInt(0),
                node.path("path").asString(""),
                node.path("message").asString(""))));
    return problems;
  }
}
