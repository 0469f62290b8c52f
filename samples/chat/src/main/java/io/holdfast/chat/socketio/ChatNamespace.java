package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIONamespace;
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
  private final Map<UUID, Client> clients = new ConcurrentHashMap<>();

  private record Client(Session session, SocketIoOutbox outbox) {}

  ChatNamespace(Node node) {
    this.node = node;
  }

  void listenTo(SocketIONamespace namespace) {
    namespace.addConnectListener(this::connected);
    namespace.addDisconnectListener(this::disconnected);
    for (String event : EVENTS) {
      namespace.addEventListener(
          event, JsonNode.class, (client, data, ack) -> heard(client, event, data, ack));
    }
  }

  private void connected(SocketIOClient client) {
    SocketIoOutbox outbox = new SocketIoOutbox(client);
    if (!node.enter()) {
      outbox.close(CloseCodes.TRY_AGAIN_LATER, "no place is left");
      return;
    }
    UUID id = client.getSessionId();
    clients.put(id, new Client(node.begin(id.toString(), null, outbox), outbox));
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
