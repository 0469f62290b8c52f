package io.holdfast.listen;

import static java.util.Objects.requireNonNullElse;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.observe.AccessEntry;
import io.holdfast.observe.EndedBy;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayEnd;
import io.holdfast.relay.RelayOwner;
import io.holdfast.websocket.CloseCode;
import java.time.Instant;

/** What is remembered of the handshake while its relay lives: not the heads, which are large. */
public final class RelayStory implements RelayOwner {
  private final AccessEntry opening;
  private final long startNanos;
  private final Lease lease;
  private final Shared shared;

  RelayStory(Request.Story story, Lease lease, Shared shared) {
    this.opening = story.entry();
    this.startNanos = story.request.startNanos();
    this.lease = lease;
    this.shared = shared;
  }

  /** Id of the client connection. */
  public String connectionId() {
    return opening.connectionId();
  }

  /** Address of the client. */
  public String client() {
    return opening.client();
  }

  /** Name of the route that it came by. */
  public String route() {
    return requireNonNullElse(opening.route(), "");
  }

  /** The backend at the other end. */
  public LiveBackend backend() {
    return lease.live();
  }

  /** When the handshake came. */
  public Instant since() {
    return opening.start();
  }

  @Override
  public void onRelayEnd(Relay relay, RelayEnd end) {
    if (end.by() == EndedBy.BACKEND && end.code() == CloseCode.ABNORMAL) {
      // By the policy of today: the relay may be older than it.
      Routing.Target target = shared.routing().get().targets().get(route());
      if (target != null && target.balancer().live().contains(lease.live())) {
        shared.ejections().broken(target.balancer(), lease.live(), end.why());
      }
    } else {
      shared.ejections().ended(lease.live());
    }
    lease.close();
    shared
        .accessLog()
        .write(
            opening.ended(
                System.nanoTime() - startNanos,
                relay.messagesFromClient(),
                relay.messagesFromBackend(),
                relay.bytesFromClient(),
                relay.bytesFromBackend(),
                end.code(),
                end.by(),
                end.reset() ? end.why() + "; reset" : end.why()));
  }
}
