package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.BackendRequest;
import io.holdfast.upstream.HopByHop;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Passes a backend's answer to the client as it comes: head, body of any size, trailers. A client
 * that does not read stops the backend.
 */
final class AnswerStream implements BackendListener {

  /** Who owns the conversation. */
  interface Owner {
    /** Bytes have passed. */
    void onProgress();

    /** The answer is complete. */
    void onAnswerEnd();

    /** The backend left in the middle of its answer. */
    void onAnswerBroken(UpstreamFailure failure);
  }

  private final ClientConnection client;
  private final Request.Story story;
  private final BackendConnection connection;
  private final Owner owner;
  private final boolean delimited;
  private final boolean reusable;

  private AnswerStream(
      ClientConnection client,
      Request.Story story,
      BackendConnection connection,
      Owner owner,
      boolean delimited,
      boolean reusable) {
    this.client = client;
    this.story = story;
    this.connection = connection;
    this.owner = owner;
    this.delimited = delimited;
    this.reusable = reusable;
  }

  /**
   * Passes the head on, and hears the rest.
   *
   * @param affinity whose promise is made or renewed
   * @param keepAlive whether the client's connection may stay
   */
  static AnswerStream begin(
      ClientConnection client,
      Request.Story story,
      BackendConnection connection,
      Lease lease,
      HttpResponse head,
      Affinity affinity,
      boolean keepAlive,
      Owner owner) {
    HttpResponse answer =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1,
            head.status(),
            DefaultHttpHeadersFactory.headersFactory().withValidation(false));
    HttpHeaders headers = answer.headers();
    HopByHop.copyEndToEnd(head.headers(), headers);
    boolean http10 = story.request.head().protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean bodiless =
        story.request.head().method().equals(HttpMethod.HEAD)
            || head.status().code() == 204
            || head.status().code() == 304;
    boolean known = bodiless || headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    boolean delimited = known || !http10;
    if (!known && !http10) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!keepAlive || !delimited) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (http10) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    decorate(headers, client, story, lease, head, affinity);
    story.status = head.status().code();
    boolean framed = HttpUtil.isTransferEncodingChunked(head) || known;
    AnswerStream stream =
        new AnswerStream(
            client, story, connection, owner, delimited, framed && HttpUtil.isKeepAlive(head));
    client.channel().write(answer, client.channel().voidPromise());
    connection.handOver(stream);
    stream.onClientWritability(client.channel().isWritable());
    return stream;
  }

  /** Adds what affinity needs, and what the route's configuration asks for. */
  static void decorate(
      HttpHeaders headers,
      ClientConnection client,
      Request.Story story,
      Lease lease,
      HttpResponse head,
      Affinity affinity) {
    affinity.onAnswer(lease.live(), head.headers(), headers, client.secure());
    if (story.target != null) {
      BackendRequest.edit(headers, story.target.route().responseHeaders());
    }
  }

  /** Why an answer does not go on: whoever does not take or send what is due. */
  static UpstreamFailure stalled(ClientConnection client) {
    return client.channel().isWritable()
        ? new UpstreamFailure(UpstreamFailure.Kind.ANSWER_TIMEOUT, "stalled")
        : new UpstreamFailure(UpstreamFailure.Kind.REQUEST_TIMEOUT, "the client does not read");
  }

  /** Whether the client can tell where this answer ends. */
  boolean delimited() {
    return delimited;
  }

  /** Whether the backend's connection can carry another exchange once the answer is complete. */
  boolean reusable() {
    return reusable;
  }

  /** A client that does not read stops the backend. */
  void onClientWritability(boolean writable) {
    connection.reading(writable);
  }

  @Override
  public void onHead(HttpResponse head) {
    owner.onAnswerBroken(new UpstreamFailure(UpstreamFailure.Kind.BAD_ANSWER, "a second head"));
  }

  @Override
  public void onBody(HttpContent part) {
    Channel channel = client.channel();
    story.bytesFromBackend += part.content().readableBytes();
    owner.onProgress();
    if (part instanceof LastHttpContent last) {
      HopByHop.cleanTrailers(last);
    }
    channel.write(part, channel.voidPromise());
    if (part instanceof LastHttpContent) {
      channel.flush();
      owner.onAnswerEnd();
    }
  }

  @Override
  public void onReadComplete() {
    client.channel().flush();
  }

  @Override
  public void onWritability(boolean writable) {
    client.reading(writable);
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    owner.onAnswerBroken(failure);
  }
}
