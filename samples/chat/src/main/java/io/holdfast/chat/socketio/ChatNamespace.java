package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.AuthTokenResult;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIONamespace;
import io.holdfast.chat.auth.Refused;
import io.holdfast.chat.auth.Tokens;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.session.Access;
import io.holdfast.chat.session.CloseCodes;
import io.holdfast.chat.session.Node;
import io.holdfast.chat.session.Session;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Which session is whose. Thread-safe: requests of one polling client may come by any thread. */
final class ChatNamespace {
  private static final List<String> EVENTS =
      List.of("join", "leave", "say", "typing", "presence", "history", "heartbeat_ack");

  private final Node node;
  private final Tokens tokens;
  private final Map<UUID, Client> clients = new ConcurrentHashMap<>();

  private record Client(Session session, SocketIoOutbox outbox) {}

  ChatNamespace(Node node, Tokens tokens) {
    this.node = node;
    this.tokens = tokens;
  }

  void listenTo(SocketIONamespace namespace) {
    namespace.addAuthTokenListener((auth, _) -> check(auth));
    namespace.addConnectListener(this::connected);
    namespace.addDisconnectListener(this::disconnected);
    for (String event : EVENTS) {
      namespace.addEventListener(
          event, JsonNode.class, (client, data, ack) -> heard(client, event, data, ack));
    }
  }

  /** Before it is connected, if it has sent anything; else {@link #connected} sees to it. */
  private AuthTokenResult check(Object auth) {
    try {
      tokens.access(token(auth));
      return AuthTokenResult.AuthTokenResultSuccess;
    } catch (Refused e) {
      return new AuthTokenResult(false, Map.of("message", e.why()));
    }
  }

  private static @Nullable String token(@Nullable Object auth) {
    return auth instanceof Map<?, ?> map && map.get("token") instanceof String token ? token : null;
  }

  private void connected(SocketIOClient client) {
    SocketIoOutbox outbox = new SocketIoOutbox(client);
    Access access;
    try {
      access = tokens.access(token(client.getHandshakeData().getAuthToken()));
    } catch (Refused e) {
      outbox.send(Outgoing.goodbye(e.why(), false));
      outbox.close(CloseCodes.POLICY_VIOLATION, e.why());
      return;
    }
    if (!node.enter()) {
      outbox.close(CloseCodes.TRY_AGAIN_LATER, "no place is left");
      return;
    }
    UUID id = client.getSessionId();
    clients.put(id, new Client(node.begin(id.toString(), access, outbox), outbox));
  }

  private void disconnected(SocketIOClient client) {
    Client gone = clients.remove(client.getSessionId());
    if (gone != null) {
      synchronized (gone) {
        gone.session.onClosed();
      }
      node.leave();
    }
  }

  private void heard(SocketIOClient from, String event, @Nullable JsonNode data, AckRequest ack) {
    Client client = clients.get(from.getSessionId());
    if (client == null) {
      return;
    }
    ObjectNode message =
        data instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    message.put("type", event);
    if (ack.isAckRequested()) {
      message.put("ref", client.outbox.expect(ack));
    }
    synchronized (client) {
      client.session.onMessage(message);
    }
  }
}
