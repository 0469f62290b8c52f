package io.holdfast.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.model.LoadReports;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntConsumer;

/** Asks a backend by HTTP how much is going on there. */
final class ReportProbe implements BackendListener {
  /** All metrics of a large server fit in it. */
  private static final int MOST = 1024 * 1024;

  private final ProbeRun run;
  private final BackendConnection connection;
  private final LoadReports policy;
  private final IntConsumer onLoad;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /** What comes now is behind an interim answer. */
  private boolean interim;

  ReportProbe(ProbeRun run, BackendConnection connection, LoadReports policy, IntConsumer onLoad) {
    this.run = run;
    this.connection = connection;
    this.policy = policy;
    this.onLoad = onLoad;
  }

  void start() {
    run.await("report");
    HttpRequest request = ProbeRequest.of(HttpMethod.GET, run.backend(), policy.path(), null);
    request
        .headers()
        .set(HttpHeaderNames.ACCEPT, "text/plain, application/json;q=0.9, */*;q=0.1")
        .set(HttpHeaderNames.CONNECTION, "close");
    connection.send(request, this);
    connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public void onHead(HttpResponse head) {
    int status = head.status().code();
    interim = status < 200;
    if (!interim && status != 200) {
      run.fail("status " + status);
    }
  }

  @Override
  public void onBody(HttpContent part) {
    try {
      if (interim) {
        return;
      }
      part.content().readBytes(body, part.content().readableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory cannot fail", e);
    } finally {
      part.release();
    }
    if (body.size() > MOST) {
      run.fail("the report is larger than " + MOST + " bytes");
    } else if (part instanceof LastHttpContent) {
      read();
    }
  }

  private void read() {
    try {
      onLoad.accept(LoadReport.read(body.toString(UTF_8), policy));
      run.succeed();
    } catch (IllegalArgumentException e) {
      run.fail(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    run.fail(failure.detail());
  }
}
