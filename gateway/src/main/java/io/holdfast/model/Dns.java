package io.holdfast.model;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How names of backends are looked up.
 *
 * @param servers asked in this order; empty for those of the system
 * @param timeout for one answer of one server
 * @param minTtl the least that an answer holds, in whole seconds
 * @param maxTtl the most that an answer holds, in whole seconds; zero for as long as it says
 * @param refresh between two look-ups of names whose addresses are backends ({@link Discover#DNS})
 * @param forget how long an address of these may be missing before its backend goes
 */
public record Dns(
    List<InetSocketAddress> servers,
    Duration timeout,
    Duration minTtl,
    Duration maxTtl,
    Duration refresh,
    Duration forget) {

  public Dns {
    servers = List.copyOf(servers);
  }
}
