package io.holdfast;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.AdminException;
import io.holdfast.model.Admin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a gateway takes the place of a running one, seen from the one that comes.
 *
 * @param before null when nobody was there
 * @param at port of its admin listener
 * @param addresses that are shared
 * @see Handover
 */
record Takeover(@Nullable AdminClient before, int at, Set<String> addresses)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /**
   * For clients whose handshake with TCP began at the old socket: one that lost a packet sends it
   * again after one second, and then after two more (RFC 6298).
   */
  private static final long LAST_GUESTS_SECONDS = 3;

  private static final long PID = ProcessHandle.current().pid();

  /** None: the addresses are free. */
  static Takeover ofNobody() {
    return new Takeover(null, 0, Set.of());
  }

  /**
   * Asks the running gateway to share its addresses.
   *
   * @param url its admin listener; null where the configuration has ours
   * @throws IOException when it does not, with the reason
   */
  static Takeover begin(@Nullable URI url, Admin admin) throws IOException, InterruptedException {
    if (url == null && (!admin.enabled() || admin.port() == 0)) {
      throw new IOException(
          "Nobody can be taken over from: admin.bind has no fixed port; give --take-over-from URL.");
    }
    URI at = url == null ? AdminClient.url(new InetSocketAddress(admin.host(), admin.port())) : url;
    AdminClient client = new AdminClient(at, admin.token());
    try {
      Set<String> addresses = client.share(PID);
      LOG.info("taking over from the gateway at {}: {}", at, addresses);
      return new Takeover(client, at.getPort(), addresses);
    } catch (ConnectException e) {
      client.close();
      LOG.info("no gateway at {} to take over from", at);
      return ofNobody();
    } catch (IOException e) {
      client.close();
      throw new IOException("No gateway at " + at + " to take over from: " + e.getMessage(), e);
    } catch (AdminException e) {
      client.close();
      throw new IOException("Cannot take over: " + e.getMessage(), e);
    }
  }

  /** Whether the other one has our admin address, until it leaves. */
  boolean holds(Admin admin) {
    return before != null && admin.enabled() && admin.port() == at;
  }

  /**
   * Tells the other one to leave, once it has nobody waiting. To be called when all addresses are
   * bound; new clients are here already then, so whatever it answers, this one goes on.
   *
   * @param serving called right before: until then the other one can still go on alone, but a
   *     service manager that took this one for the main process would end both with it
   */
  void complete(Runnable serving) throws InterruptedException {
    if (before == null) {
      serving.run();
      return;
    }
    TimeUnit.SECONDS.sleep(LAST_GUESTS_SECONDS);
    serving.run();
    try {
      int aside = before.leave(PID);
      LOG.info("the gateway before drains; its admin listener is at port {}", aside);
    } catch (IOException e) {
      LOG.warn("the gateway before does not answer any more ({})", e.toString());
    } catch (AdminException e) {
      LOG.warn("the gateway before: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    if (before != null) {
      before.close();
    }
  }
}
