package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.SocketIOClient;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.session.Outbox;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Events, and acknowledgements where they were asked for. */
final class SocketIoOutbox implements Outbox {
  /** Messages that may be sent in a row while the client does not read. */
  private static final int MOST_UNREAD = 2_000;

  private final SocketIOClient client;
  private final Map<String, AckRequest> asked = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger unread = new AtomicInteger();

  SocketIoOutbox(SocketIOClient client) {
    this.client = client;
  }

  /** The answer with the {@code ref} that is returned goes to {@code ack}. */
  String expect(AckRequest ack) {
    String ref = "ack-" + count.incrementAndGet();
    asked.put(ref, ack);
    return ref;
  }

  @Override
  public void send(Outgoing message) {
    String ref = message.ref();
    AckRequest ack = ref == null ? null : asked.remove(ref);
    if (ack != null) {
      ack.sendAckData(message.node());
    } else {
      client.sendEvent(message.type(), message.node());
    }
    if (client.isWritable()) {
      unread.set(0);
    } else if (unread.incrementAndGet() > MOST_UNREAD) {
      client.disconnect();
    }
  }

  /** Engine.IO does by itself. */
  @Override
  public void ping() {}

  /** Socket.IO has no codes; what there is to say stands in the goodbye. */
  @Override
  public void close(int code, String reason) {
    client.disconnect();
  }
}
