package io.holdfast.control;

import io.holdfast.model.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which listeners are the same, to people or to the kernel. */
final class Twins {
  private Twins() {}

  /**
   * Refuses what has no single meaning: a listener is known by host and port, also with port 0.
   *
   * @throws BindFailure when two are the same
   */
  static void refuse(Collection<Listener> all) {
    Set<String> keys = new HashSet<>();
    for (Listener listener : all) {
      if (!keys.add(key(listener))) {
        throw new BindFailure(listener, "it is listed twice");
      }
    }
  }

  /** Whether the kernel lets only one of them be bound. */
  static boolean overlap(Listener one, Listener other) {
    if (one.port() == 0 || one.port() != other.port()) {
      return false;
    }
    InetAddress first = new InetSocketAddress(one.host(), one.port()).getAddress();
    InetAddress second = new InetSocketAddress(other.host(), other.port()).getAddress();
    return first != null
        && second != null
        && (first.isAnyLocalAddress() || second.isAnyLocalAddress() || first.equals(second));
  }

  /** By which a listener is known. */
  static String key(Listener listener) {
    return listener.host() + ":" + listener.port();
  }
}
