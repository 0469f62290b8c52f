package io.holdfast.listen;

import io.holdfast.model.Route;
import io.holdfast.observe.HandshakeOutcome;
import io.holdfast.observe.Meters;
import io.holdfast.route.RequestPath;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is done with a request, in order. */
final class Phases {
  private Phases() {}

  /** Carries {@code request} from its head to a backend, or to a refusal. */
  static void begin(ClientConnection client, Request request) {
    Request.Story story = new Request.Story(request);
    Meters meters = client.shared().meters();

    // Head: does it mean the same to everybody?
    Refusal malformed = HeadCheck.check(request.head(), client.limits());
    if (malformed != null) {
      meters.badRequest(malformed.reason());
      Answers.refuse(client, story, malformed, false);
      return;
    }

    // Route: the most specific one.
    String path = path(request.head().uri());
    if (path == null) {
      meters.badRequest("bad_path");
      Answers.refuse(client, story, Refusal.of(400, "bad_path", "The path is not allowed."), false);
      return;
    }
    Routing routing = client.shared().routing().get();
    Query query = new Query(request.head().uri());
    Route route = match(routing, request, path, query);
    if (query.malformed()) {
      meters.badRequest("bad_query");
      Refusal refusal = Refusal.of(400, "bad_query", "The query has a malformed escape.");
      Answers.refuse(client, story, refusal, false);
      return;
    }
    Routing.Target target = route == null ? null : routing.targets().get(route.name());
    if (target == null) {
      if (story.handshake) {
        meters.handshake(Meters.NO_SERVICE, HandshakeOutcome.NO_ROUTE, request.age());
      }
      // Nobody will read a body.
      boolean bodiless =
          !HttpUtil.isTransferEncodingChunked(request.head())
              && HttpUtil.getContentLength(request.head(), 0L) == 0;
      Answers.refuse(
          client, story, Refusal.of(404, "no_route", "Nothing is served here."), bodiless);
      return;
    }
    story.target = target;

    // Admit: every route admits everybody, so far.

    // Select, connect, and switch or exchange.
    if (!story.handshake) {
      new Exchange(client, story, target).start();
      return;
    }
    Refusal wrong = HandshakeCheck.check(request.head());
    if (wrong != null) {
      meters.handshake(story.service(), HandshakeOutcome.BAD_REQUEST, request.age());
      Answers.refuse(client, story, wrong, false);
      return;
    }
    new Handshake(client, story, target).start();
  }

  /** The path to match on; null when it must be refused. */
  private static @Nullable String path(String target) {
    return target.startsWith("/") ? RequestPath.of(target) : null;
  }

  private static @Nullable Route match(Routing routing, Request request, String path, Query query) {
    HttpHeaders headers = request.head().headers();
    String host = host(headers.get(HttpHeaderNames.HOST, ""));
    return routing.router().match(host, path, headers::get, query);
  }

  /** A {@code Host} in lower case, without its port and the dot of a fully qualified name. */
  static String host(String value) {
    int colon = value.lastIndexOf(':');
    String host = colon > value.lastIndexOf(']') ? value.substring(0, colon) : value;
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return name.toLowerCase(Locale.ROOT);
  }
}
