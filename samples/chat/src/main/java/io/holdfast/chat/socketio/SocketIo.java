package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.AckMode;
import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOChannelInitializer;
import com.corundumstudio.socketio.namespace.NamespacesHub;
import io.holdfast.chat.auth.Tokens;
import io.holdfast.chat.session.Node;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Engine.IO and Socket.IO at {@code /socket.io/}, by a library. Thread-safe. */
public final class SocketIo extends SocketIOChannelInitializer implements AutoCloseable {
  private static final String PATH = "/socket.io/";
  private static final String NAMESPACE = "/chat";

  /** So many large messages may come in one body of a polling request. */
  private static final int MESSAGES_OF_A_BODY = 16;

  /**
   * For the clients of one node.
   *
   * @param tokens that clients have
   * @param ping how often clients are asked for a sign of life
   * @param pingTimeout how long each may take
   * @param origin of the pages that may connect from elsewhere; null for none
   */
  public SocketIo(
      Node node, Tokens tokens, Duration ping, Duration pingTimeout, @Nullable String origin) {
    Configuration configuration = new Configuration();
    configuration.setJsonSupport(new Jackson3());
    configuration.setPingInterval((int) ping.toMillis());
    configuration.setPingTimeout((int) pingTimeout.toMillis());
    configuration.setMaxFramePayloadLength(node.care().maxMessageBytes());
    configuration.setMaxHttpContentLength(MESSAGES_OF_A_BODY * node.care().maxMessageBytes());
    configuration.setAckMode(AckMode.MANUAL);
    // Else the client says by a cookie what its session is.
    configuration.setRandomSession(true);
    configuration.setAddVersionHeader(false);
    configuration.setWebsocketCompression(false);
    configuration.setHttpCompression(false);
    configuration.setEnableCors(origin != null);
    configuration.setOrigin(origin);
    NamespacesHub hub = new NamespacesHub(configuration);
    hub.create("");
    new ChatNamespace(node, tokens).listenTo(hub.create(NAMESPACE));
    start(configuration, hub);
  }

  /** Whether a path is Socket.IO's. */
  public static boolean isPath(String path) {
    return path.equals(PATH);
  }

  /** Puts Socket.IO's handlers behind those of HTTP, once. Called by the connection's loop. */
  public void addBehind(ChannelHandlerContext http) {
    ChannelPipeline pipeline = http.pipeline();
    if (pipeline.get(PACKET_HANDLER) != null) {
      return;
    }
    handlerAdded(http); // the library's timers run in that loop
    addSocketioHandlers(pipeline);
    pipeline.addBefore(PACKET_HANDLER, "own-bytes", new OwnBytes());
    for (String ours : new String[] {HTTP_REQUEST_DECODER, HTTP_AGGREGATOR, HTTP_ENCODER}) {
      pipeline.remove(ours);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
