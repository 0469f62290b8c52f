package io.holdfast.it.hostile;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** Tests with one gateway before one backend, all over the {@link Wire} of the class. */
@ParameterizedClass(name = "{0}")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class OneBackend {
  private final RawBackend.Script script;
  private final String global;
  private final String route;
  private final String service;

  @Parameter Wire wire;
  RawBackend backend;
  GatewayProcess gateway;

  /**
   * Says what to start.
   *
   * @param script of the backend at the begin of each test
   * @param global lines of the file
   * @param route lines of the route
   * @param service lines of the service
   */
  OneBackend(RawBackend.Script script, String global, String route, String service) {
    this.script = script;
    this.global = global;
    this.route = route;
    this.service = service;
  }

  @BeforeParameterizedClassInvocation
  void start() throws IOException {
    backend = RawBackend.start(wire, script);
    gateway = GatewayProcess.start(Config.over(wire, global, route, service, backend.url()));
  }

  @AfterParameterizedClassInvocation
  void stop() throws IOException {
    backend.close();
    gateway.close();
  }

  /** Idle connections of the test before must not serve this one by their old script. */
  @BeforeEach
  void forget() throws IOException {
    for (RawBackend.Visit visit : backend.visits()) {
      visit.tcp().close();
    }
    Soon.await().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
    backend.forget();
    backend.script(script);
  }

  RawClient connect() throws IOException {
    return wire.connect(gateway.port());
  }

  RawClient webSocket() throws IOException {
    return wire.webSocket(gateway.port(), "/");
  }
}
