package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.observe.AccessLog;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayEnd;
import io.holdfast.relay.RelayOwner;
import java.time.Instant;

/** What is remembered of the handshake while its relay lives. */
public final class RelayStory implements RelayOwner {
  private final Request.Story story;
  private final Lease lease;
  private final AccessLog accessLog;

  RelayStory(Request.Story story, Lease lease, AccessLog accessLog) {
    this.story = story;
    this.lease = lease;
    this.accessLog = accessLog;
  }

  /** Id of the client connection. */
  public String connectionId() {
    return story.request.connectionId();
  }

  /** Address of the client. */
  public String client() {
    return story.request.client();
  }

  /** Name of the route that it came by. */
  public String route() {
    return story.target == null ? "" : story.target.route().name();
  }

  /** The backend at the other end. */
  public LiveBackend backend() {
    return lease.live();
  }

  /** When the handshake came. */
  public Instant since() {
    return story.request.start();
  }

  @Override
  public void onRelayEnd(Relay relay, RelayEnd end) {
    lease.close();
    story.messagesFromClient = relay.messagesFromClient();
    story.messagesFromBackend = relay.messagesFromBackend();
    story.bytesFromClient = relay.bytesFromClient();
    story.bytesFromBackend = relay.bytesFromBackend();
    story.closeCode = end.code();
    story.endedBy = end.by();
    story.why = end.reset() ? end.why() + "; reset" : end.why();
    accessLog.write(story.entry());
  }
}
