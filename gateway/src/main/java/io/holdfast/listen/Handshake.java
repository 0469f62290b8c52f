package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.observe.EndedBy;
import io.holdfast.observe.HandshakeOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.HopByHop;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.DeflateTerms;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket handshake: a backend is found that answers it rightly, and both connections become
 * the legs of a relay; or the backend's own refusal is passed on.
 */
final class Handshake implements Conversation, Attempts.Outcome, AnswerStream.Owner {
  private final ClientConnection client;
  private final Request.Story story;
  private final Routing.Target target;
  private final Attempts attempts;
  private @Nullable AnswerStream refusal;
  private @Nullable BackendConnection connection;
  private @Nullable Lease lease;
  private boolean ended;

  /** Ends a refusal in the middle of which nothing moves any more. */
  private final SilenceTimer idleTimer;

  Handshake(ClientConnection client, Request.Story story, Routing.Target target) {
    this.client = client;
    this.story = story;
    this.target = target;
    this.attempts = new Attempts(client, story, target, this, true, true);
    this.idleTimer =
        new SilenceTimer(
            client.worker().eventLoop(), () -> onAnswerBroken(AnswerStream.stalled(client)));
  }

  void start() {
    client.converse(this);
    attempts.start();
  }

  // The client.

  @Override
  public void onBody(HttpContent part) {
    part.release();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritability(boolean writable) {
    if (refusal != null) {
      refusal.onClientWritability(writable);
    }
  }

  @Override
  public void onBadBody() {
    onClientGone();
  }

  @Override
  public boolean answersTheMute() {
    return !attempts.waits(); // another one, who can still speak, may have its turn
  }

  @Override
  public void onClientGone() {
    if (!ended) {
      attempts.cancel();
      closeBackend();
      story.endedBy = EndedBy.CLIENT;
      story.why = "client gone";
      end(HandshakeOutcome.CLIENT_GONE);
    }
  }

  // The backend.

  @Override
  public boolean requestPending() {
    return false;
  }

  @Override
  public void onSent(BackendConnection to) {}

  @Override
  public void onInterim(HttpResponse head) {}

  @Override
  public void onBackendWritability(boolean writable) {}

  @Override
  public void onAnswer(BackendConnection from, Lease place, HttpResponse head) {
    connection = from;
    lease = place;
    story.handshakeNanos = story.request.age();
    if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      from.handOver(new Switch(from, place, head));
      return;
    }
    boolean keepAlive = client.keepsAlive(story.request);
    refusal =
        AnswerStream.begin(client, story, from, place, head, attempts.affinity(), keepAlive, this);
    idleTimer.start(target.balancer().service().timeouts().exchange().toNanos());
  }

  @Override
  public void onFailed(UpstreamFailure last) {
    if (ended) {
      return;
    }
    ended = true;
    story.endedBy = EndedBy.BACKEND;
    story.why = last.kind().name().toLowerCase(Locale.ROOT);
    HandshakeOutcome outcome =
        switch (last.kind()) {
          case PACED -> HandshakeOutcome.PACED_OUT;
          case CONNECT_TIMEOUT, ANSWER_TIMEOUT -> HandshakeOutcome.TIMED_OUT;
          default -> HandshakeOutcome.BACKEND_FAILED;
        };
    client.shared().meters().handshake(story.service(), outcome, story.request.age());
    Answers.refuse(client, story, Failures.refusal(last, target.balancer().service()), true);
  }

  // A backend's refusal, passed on.

  @Override
  public void onProgress() {
    idleTimer.sign();
  }

  @Override
  public void onAnswerEnd() {
    AnswerStream whole = refusal;
    if (ended || whole == null) {
      return;
    }
    closeBackend();
    end(HandshakeOutcome.REFUSED_BY_BACKEND);
    client.onAnswered(whole.delimited() && client.keepsAlive(story.request));
  }

  @Override
  public void onAnswerBroken(UpstreamFailure failure) {
    if (!ended) {
      closeBackend();
      story.endedBy = Failures.endedBy(failure);
      story.why = "answer broken off: " + failure.detail();
      end(HandshakeOutcome.BACKEND_FAILED);
      client.abort(refusal == null || refusal.delimited());
    }
  }

  private void closeBackend() {
    if (connection != null) {
      connection.close();
    }
  }

  private void end(HandshakeOutcome outcome) {
    ended = true;
    idleTimer.stop();
    if (lease != null) {
      lease.close();
    }
    client.shared().meters().handshake(story.service(), outcome, story.request.age());
    client.shared().accessLog().write(story.entry());
  }

  /** Waits for the end of the backend's 101, behind which its first frames may stand. */
  private final class Switch implements BackendListener {
    private final BackendConnection backend;
    private final Lease place;
    private final HttpResponse head;

    Switch(BackendConnection backend, Lease place, HttpResponse head) {
      this.backend = backend;
      this.place = place;
      this.head = head;
    }

    @Override
    public void onBody(HttpContent part) {
      part.release();
      if (part instanceof LastHttpContent) {
        switchOver();
      }
    }

    /** Answers 101 and ties the legs; whatever either side has already sent comes after that. */
    private void switchOver() {
      ended = true;
      story.status = HttpResponseStatus.SWITCHING_PROTOCOLS.code();
      FullHttpResponse answer =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
      HopByHop.copyEndToEnd(head.headers(), answer.headers());
      answer.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
      String extensions = Journey.extensions(head);
      if (!attempts.session().isEmpty() && !extensions.isEmpty()) {
        answer
            .headers()
            .set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, DeflateTerms.forClient(extensions));
      }
      answer.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      AnswerStream.decorate(answer.headers(), client, story, place, head, attempts.affinity());
      client.channel().writeAndFlush(answer, client.channel().voidPromise());

      place.become(Lease.Kind.RELAY);
      client
          .shared()
          .meters()
          .handshake(story.service(), HandshakeOutcome.SWITCHED, story.request.age());
      Relay relay =
          new Relay(
              client.worker().relays(),
              target.policy(),
              story.service(),
              client.shared().meters(),
              client.worker().traffic(story.service()),
              Extensions.of(extensions),
              client.channel(),
              backend.channel(),
              new RelayStory(story, place, client, journey(extensions)));
      relay.start();
      client.switchTo(relay.clientHandler());
      backend.detach(relay.backendHandler());
      client.replay();
      backend.replay();
      if (client.worker().draining()) {
        relay.end(CloseCode.GOING_AWAY, "gateway shuts down", "gateway shuts down");
      }
    }

    /** What it takes to move; null when it cannot. */
    private @Nullable Journey journey(String extensions) {
      if (attempts.session().isEmpty()) {
        return null;
      }
      if (DeflateTerms.allowMoves(extensions)) {
        return new Journey(story.request, attempts.session(), head);
      }
      client.shared().meters().immovable(story.service());
      return null;
    }

    @Override
    public void onHead(HttpResponse second) {}

    @Override
    public void onGone(UpstreamFailure failure) {
      place.close();
      onFailed(failure);
    }
  }
}
