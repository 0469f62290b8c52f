package io.holdfast.admin;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.control.BindFailure;
import io.holdfast.model.Admin;
import io.holdfast.observe.Meters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The admin listener, over the JDK's own HTTP server. */
public final class AdminServer implements AutoCloseable {

  /** Of the JDK's server, which reads them once: seconds, counts, and bytes. */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxReqHeaders", "64",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.idleInterval", "60",
          "sun.net.httpserver.nodelay", "true",
          "jdk.httpserver.maxConnections", "256");

  /** Streams of events end then, too. */
  private static final int LAST_ANSWERS_SECONDS = 2;

  private final HttpServer server;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;

  private final AdminHandler handler;
  private final String host;
  private volatile @Nullable String token;
  private volatile boolean answers;

  private AdminServer(
      HttpServer server,
      ExecutorService executor,
      ScheduledExecutorService timer,
      AdminHandler handler,
      Admin admin) {
    this.server = server;
    this.executor = executor;
    this.timer = timer;
    this.handler = handler;
    this.host = admin.host();
    this.token = admin.token();
  }

  /** As {@link #bind}, and answers. */
  public static AdminServer start(Admin admin, GatewayControl control, Meters meters)
      throws IOException {
    AdminServer server = bind(admin, control, meters);
    server.answer();
    return server;
  }

  /**
   * Binds. Who calls waits until it {@linkplain #answer answers}.
   *
   * @param admin where to listen, and the token; {@link Admin#enabled()} is the caller's to ask
   * @throws IOException if the address cannot be bound, with the address in its message
   * @throws IllegalArgumentException if a token is missing on an address other than loopback
   */
  public static AdminServer bind(Admin admin, GatewayControl control, Meters meters)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(admin.host(), admin.port());
    String shown = admin.host() + ":" + admin.port();
    if (address.isUnresolved()) {
      throw new IOException("The admin address " + shown + " cannot be resolved.");
    }
    if (admin.token() == null && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "The admin address " + shown + " is not loopback; expected a token to go with it.");
    }
    BOUNDS.forEach(AdminServer::setUnlessGiven);
    HttpServer server;
    try {
      server = HttpServer.create(address, 64);
    } catch (IOException e) {
      throw new IOException(
          "The admin address " + shown + " cannot be bound: " + BindFailure.why(e) + ".", e);
    }
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    server.setExecutor(executor);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("admin-timer").daemon().factory());
    AdminHandler handler =
        new AdminHandler(
            new Guard(admin.host(), admin.token()), new Endpoints(control, meters), timer);
    server.createContext("/", handler);
    return new AdminServer(server, executor, timer, handler, admin);
  }

  /** Starts to answer. To be called once. */
  public void answer() {
    answers = true;
    server.start();
  }

  /** What it is bound to, with the real port. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /**
   * Asks for another token from the next request on. It stays bound where it is; so on an address
   * other than loopback a token that is no longer wanted stays too.
   */
  public void change(Admin admin) {
    if (admin.token() != null || address().getAddress().isLoopbackAddress()) {
      token = admin.token();
      handler.change(new Guard(host, admin.token()));
    }
  }

  /** The same at any free port. */
  public Admin elsewhere() {
    return new Admin(true, host, 0, token);
  }

  /** Lets go of its address at once, and stops when calls under way are answered. */
  public void leave() {
    server.stop(LAST_ANSWERS_SECONDS);
    close();
  }

  /** Stops at once; requests under way are cut off. */
  @Override
  public void close() {
    if (!answers) {
      server.start(); // one that was never started does not let go of its address
    }
    server.stop(0);
    executor.shutdownNow();
    timer.shutdownNow();
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
