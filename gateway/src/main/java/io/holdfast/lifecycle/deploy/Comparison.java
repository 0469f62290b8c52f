package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import io.holdfast.model.DeployPolicy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a group does worse than the others.
 *
 * @param own what the group has done
 * @param ownRelays that it has now
 * @param others what the others have done
 * @param othersRelays that they have now
 */
record Comparison(Tally.Counts own, int ownRelays, Tally.Counts others, int othersRelays) {
  /** Times below this do not differ. */
  private static final double PING_FLOOR = 5e6;

  /** Whether there is enough to judge by. */
  boolean judges(DeployPolicy.Verify by) {
    return own.handshakes() >= by.minSamples();
  }

  /** In what it is worse; null for nothing. */
  @Nullable String worse(DeployPolicy.Verify by) {
    double refused = share(own.refused(), own.handshakes());
    double refusedThere = share(others.refused(), others.handshakes());
    if (refused > refusedThere + by.handshakeFailures()) {
      return worse("handshakes that fail", refused, refusedThere);
    }
    double broken = share(own.broken(), own.ended() + ownRelays);
    double brokenThere = share(others.broken(), others.ended() + othersRelays);
    if (broken > brokenThere + by.abnormalCloses()) {
      return worse("relays that break off", broken, brokenThere);
    }
    double ping = own.pongNanos() / (double) Math.max(1, own.pongs());
    double pingThere = others.pongNanos() / (double) Math.max(1, others.pongs());
    boolean enough =
        Math.min(own.pongs(), others.pongs()) >= Math.max(1, by.minSamples()) && by.pingTime() > 0;
    if (enough && ping > Math.max(PING_FLOOR, pingThere * by.pingTime())) {
      return String.format(
          Locale.ROOT,
          "answers to Pings take %.1f ms; with the others %.1f ms",
          ping / 1e6,
          pingThere / 1e6);
    }
    return null;
  }

  private static String worse(String what, double own, double others) {
    return String.format(
        Locale.ROOT, "%s: %.1f %%; with the others %.1f %%", what, own * 100, others * 100);
  }

  private static double share(long some, long all) {
    return all == 0 ? 0 : some / (double) all;
  }
}
