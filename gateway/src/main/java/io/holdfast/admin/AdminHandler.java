package io.holdfast.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns exchanges of the JDK's server into calls, and replies into answers. */
final class AdminHandler implements HttpHandler {

  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  /** A smoke script is the only body that a call needs. */
  private static final long MAX_BODY = 64 * 1024;

  /** For a client to take an answer. */
  private static final long PATIENCE_SECONDS = 120;

  private volatile Guard guard;
  private final Endpoints endpoints;
  private final ScheduledExecutorService timer;

  AdminHandler(Guard guard, Endpoints endpoints, ScheduledExecutorService timer) {
    this.guard = guard;
    this.endpoints = endpoints;
    this.timer = timer;
  }

  /** From the next request on. */
  void change(Guard other) {
    guard = other;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      send(exchange, answer(exchange));
    }
  }

  private Reply answer(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    try {
      Call call =
          new Call(
              exchange.getRequestMethod(),
              uri.getRawPath() == null ? "" : uri.getRawPath(),
              Call.parse(uri.getRawQuery()),
              exchange.getRequestHeaders()::getFirst,
              "");
      Reply refusal = guard.check(call);
      if (refusal != null) {
        return refusal;
      }
      if (bodyTooLarge(call.header("Content-Length"), call.header("Transfer-Encoding"))) {
        return Reply.error(413, "The body is too large; expected Content-Length up to 64 KiB.");
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      return endpoints.answer(call.with(body));
    } catch (IOException e) {
      return Reply.error(400, "The body did not come as a whole.");
    } catch (IllegalArgumentException e) {
      return Reply.error(400, "The path or query is not validly encoded.");
    } catch (RuntimeException e) {
      LOG.error("The admin request {} {} failed", exchange.getRequestMethod(), uri.getPath(), e);
      return Reply.error(500, "This failed for a reason that the gateway's log tells.");
    }
  }

  private static boolean bodyTooLarge(@Nullable String length, @Nullable String encoding) {
    return encoding != null
        || (length != null && (length.length() > 9 || Long.parseLong(length) > MAX_BODY));
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(headers::set);
    if (reply.status() == 413) {
      headers.set("Connection", "close");
    }
    byte[] body = reply.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else if (reply.stream() != null) {
      exchange.sendResponseHeaders(reply.status(), 0);
      try {
        reply.stream().write(exchange.getResponseBody());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    } else {
      Future<?> bound = timer.schedule(exchange::close, PATIENCE_SECONDS, TimeUnit.SECONDS);
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
      bound.cancel(false);
    }
  }
}
