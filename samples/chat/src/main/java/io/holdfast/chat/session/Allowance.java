package io.holdfast.chat.session;

/** So many a second in the long run, and some at once: a token bucket. For one thread. */
final class Allowance {
  private final double perNano;
  private final double most;
  private double left;
  private long at;

  Allowance(double perSecond, int burst, long now) {
    this.perNano = perSecond / 1e9;
    this.most = burst;
    this.left = burst;
    this.at = now;
  }

  /** Takes one, if there is one. */
  boolean take(long now) {
    left = Math.min(most, left + (now - at) * perNano);
    at = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
