package io.holdfast.health;

import io.holdfast.model.Probe;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** Asks a backend by HTTP: a status that is expected, and a body if one is. */
final class HttpProbe implements BackendListener {
  /** What more the body has is not looked at. */
  private static final int MOST = 64 * 1024;

  private final ProbeRun run;
  private final BackendConnection connection;
  private final Probe.Http check;

  /** What comes now is behind an interim answer. */
  private boolean interim;

  private final StringBuilder body = new StringBuilder();

  HttpProbe(ProbeRun run, BackendConnection connection, Probe.Http check) {
    this.run = run;
    this.connection = connection;
    this.check = check;
  }

  void start() {
    run.await("answer");
    HttpRequest request =
        ProbeRequest.of(
            HttpMethod.valueOf(check.method()), run.backend(), check.path(), check.host());
    request.headers().set(HttpHeaderNames.CONNECTION, "close");
    connection.send(request, this);
    connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public void onHead(HttpResponse head) {
    int status = head.status().code();
    interim = status < 200;
    if (interim) {
      return;
    }
    if (check.expect().stream().noneMatch(range -> range.contains(status))) {
      run.fail("status " + status);
    } else if (check.body() == null) {
      run.succeed();
    } else {
      run.await("end of the body");
    }
  }

  @Override
  public void onBody(HttpContent part) {
    if (interim) {
      part.release();
      return;
    }
    body.append(part.content().toString(StandardCharsets.UTF_8));
    boolean last = part instanceof LastHttpContent || body.length() >= MOST;
    part.release();
    if (check.body() == null) {
      return;
    }
    if (check.body().matcher(body).find()) {
      run.succeed();
    } else if (last) {
      run.fail("the body does not match " + check.body());
    }
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    run.fail(failure.detail());
  }
}
