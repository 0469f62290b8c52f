package io.holdfast.loadtest.echo;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionUtil;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One connection's agreed permessage-deflate (RFC 7692), by Netty's codecs. */
final class Deflate {
  private static final int MAX_FRAME = 64 << 20;
  private static final int LEVEL = 6;

  private final WebSocketServerExtension extension;

  private Deflate(WebSocketServerExtension extension) {
    this.extension = extension;
  }

  /** The first acceptable offer in a {@code Sec-WebSocket-Extensions} field, or null. */
  static @Nullable Deflate negotiate(@Nullable String offers) {
    if (offers == null) {
      return null;
    }
    PerMessageDeflateServerExtensionHandshaker handshaker =
        new PerMessageDeflateServerExtensionHandshaker(
            LEVEL,
            ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
            PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
            true,
            false,
            MAX_FRAME);
    for (WebSocketExtensionData offer : WebSocketExtensionUtil.extractExtensions(offers)) {
      WebSocketServerExtension extension = handshaker.handshakeExtension(offer);
      if (extension != null) {
        return new Deflate(extension);
      }
    }
    return null;
  }

  /** The field that tells the client what was agreed. */
  String answer() {
    WebSocketExtensionData data = extension.newReponseData();
    return data.parameters().entrySet().stream()
        .map(e -> e.getValue() == null ? e.getKey() : e.getKey() + "=" + e.getValue())
        .collect(
            Collectors.joining("; ", data.name() + (data.parameters().isEmpty() ? "" : "; "), ""));
  }

  void install(ChannelPipeline pipeline) {
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .allowExtensions(true)
            .maxFramePayloadLength(MAX_FRAME)
            .build();
    pipeline
        .addLast(new WebSocket13FrameDecoder(config))
        .addLast(new WebSocket13FrameEncoder(false))
        .addLast(extension.newExtensionDecoder())
        .addLast(extension.newExtensionEncoder())
        .addLast(new DeflateEchoHandler());
  }
}
