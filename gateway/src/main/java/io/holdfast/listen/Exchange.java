package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.observe.EndedBy;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.HopByHop;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that is no WebSocket handshake, streamed to a backend, and its answer streamed
 * back.
 */
final class Exchange implements Conversation, Attempts.Outcome, AnswerStream.Owner {
  /** RFC 9110 section 9.2.2, without those that are not served. */
  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

  private final ClientConnection client;
  private final Request.Story story;
  private final Routing.Target target;
  private final Attempts attempts;

  /** Ends an exchange in the middle of which nothing moves any more. */
  private final SilenceTimer idleTimer;

  /** Parts that came before there was a connection: no more than one read brought. */
  private final Queue<HttpContent> waiting = new ArrayDeque<>();

  private @Nullable BackendConnection connection;
  private @Nullable Lease lease;
  private @Nullable AnswerStream answer;
  private final boolean bodiless;
  private boolean requestEnded;

  /** What the answer's head has told the client. */
  private boolean keepAlive;

  private boolean ended;

  Exchange(ClientConnection client, Request.Story story, Routing.Target target) {
    this.client = client;
    this.story = story;
    this.target = target;
    HttpRequest head = story.request.head();
    this.bodiless =
        !HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) == 0;
    boolean repeatable = bodiless && IDEMPOTENT.contains(head.method());
    this.attempts = new Attempts(client, story, target, this, false, repeatable);
    this.idleTimer = new SilenceTimer(client.worker().eventLoop(), this::onStalled);
  }

  void start() {
    client.converse(this);
    client.reading(false);
    attempts.start();
  }

  // The client.

  @Override
  public void onBody(HttpContent part) {
    idleTimer.sign();
    attempts.onRequestProgress();
    story.bytesFromClient += part.content().readableBytes();
    if (part instanceof LastHttpContent last) {
      requestEnded = true;
      HopByHop.cleanTrailers(last);
    }
    if (ended || bodiless) {
      part.release();
    } else if (connection == null) {
      waiting.add(part);
    } else {
      connection.write(part);
    }
  }

  @Override
  public void onReadComplete() {
    if (connection != null) {
      connection.channel().flush();
    }
  }

  @Override
  public void onWritability(boolean writable) {
    if (answer != null) {
      answer.onClientWritability(writable);
    }
  }

  @Override
  public void onBadBody() {
    if (ended) {
      return;
    }
    stopBackend();
    story.endedBy = EndedBy.CLIENT;
    story.why = "malformed_body";
    if (answer != null) {
      end();
      client.abort(answer.delimited());
      return;
    }
    ended = true;
    releaseWaiting();
    client.shared().meters().exchange(story.service(), 400, story.request.age());
    Answers.refuse(
        client,
        story,
        Refusal.of(400, "malformed_body", "The request's body is not well-formed."),
        false);
  }

  private void stopBackend() {
    attempts.cancel();
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public boolean answersTheMute() {
    return true;
  }

  @Override
  public void onClientGone() {
    if (!ended) {
      stopBackend();
      story.endedBy = EndedBy.CLIENT;
      story.why = "client gone";
      end();
    }
  }

  // The backend.

  @Override
  public boolean requestPending() {
    return !requestEnded;
  }

  @Override
  public void onSent(BackendConnection to) {
    connection = to;
    if (bodiless) {
      to.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    for (HttpContent part = waiting.poll(); part != null; part = waiting.poll()) {
      to.write(part);
    }
    to.channel().flush();
    // What waited may already be more than the backend takes; it then tells when it takes more.
    client.reading(to.channel().isWritable());
  }

  @Override
  public void onBackendWritability(boolean writable) {
    client.reading(writable);
  }

  @Override
  public void onInterim(HttpResponse head) {
    if (story.request.head().protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      DefaultFullHttpResponse interim =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, head.status());
      HopByHop.copyEndToEnd(head.headers(), interim.headers());
      client.channel().writeAndFlush(interim);
    }
  }

  @Override
  public void onAnswer(BackendConnection from, Lease place, HttpResponse head) {
    lease = place;
    story.handshakeNanos = story.request.age();
    keepAlive = client.keepsAlive(story.request) && requestEnded;
    answer =
        AnswerStream.begin(client, story, from, place, head, attempts.affinity(), keepAlive, this);
    idleTimer.start(target.balancer().service().timeouts().exchange().toNanos());
  }

  @Override
  public void onFailed(UpstreamFailure last) {
    connection = null;
    story.endedBy = Failures.endedBy(last);
    story.why = last.kind().name().toLowerCase(Locale.ROOT);
    ended = true;
    releaseWaiting();
    client.shared().meters().exchange(story.service(), last.kind().status(), story.request.age());
    Answers.refuse(
        client,
        story,
        Failures.refusal(last, target.balancer().service()),
        requestEnded || bodiless);
  }

  // The answer.

  @Override
  public void onProgress() {
    idleTimer.sign();
  }

  @Override
  public void onAnswerEnd() {
    BackendConnection used = connection;
    AnswerStream whole = answer;
    if (ended || used == null || whole == null) {
      return;
    }
    if (requestEnded && whole.reusable()) {
      client.worker().pool().put(used);
    } else {
      used.close();
    }
    end();
    client.onAnswered(keepAlive && whole.delimited());
  }

  @Override
  public void onAnswerBroken(UpstreamFailure failure) {
    if (!ended) {
      story.endedBy = Failures.endedBy(failure);
      story.why = "answer broken off: " + failure.detail();
      if (connection != null) {
        connection.close();
      }
      end();
      client.abort(answer == null || answer.delimited());
    }
  }

  private void onStalled() {
    onAnswerBroken(AnswerStream.stalled(client));
  }

  private void end() {
    ended = true;
    releaseWaiting();
    idleTimer.stop();
    if (lease != null) {
      lease.close();
    }
    client.shared().meters().exchange(story.service(), story.status, story.request.age());
    client.shared().accessLog().write(story.entry());
  }

  private void releaseWaiting() {
    waiting.forEach(HttpContent::release);
    waiting.clear();
  }
}
