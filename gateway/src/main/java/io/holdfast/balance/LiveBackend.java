package io.holdfast.balance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a backend is doing now. Keyed by service and address, so that counts survive reloads, and
 * two services that share an address do not share counts: each has its own policy. Thread-safe.
 */
public final class LiveBackend {
  private final String service;
  private final String address;
  private final long id;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger relays = new AtomicInteger();
  private final AtomicInteger exchanges = new AtomicInteger();

  LiveBackend(String service, String address) {
    this.service = service;
    this.address = address;
    this.id = id(service, address);
  }

  /** Name of the service it belongs to. */
  public String service() {
    return service;
  }

  /** As {@code Backend.address()}. */
  public String address() {
    return address;
  }

  /** A number for cookies, the same in every process, that does not show the address. */
  public long id() {
    return id;
  }

  /** Handshakes and dials under way. */
  public int pending() {
    return pending.get();
  }

  /** Established relays. */
  public int relays() {
    return relays.get();
  }

  /** HTTP exchanges in flight. */
  public int exchanges() {
    return exchanges.get();
  }

  /** All that is going on there: what {@code least_connections} compares. */
  public int load() {
    return pending.get() + relays.get() + exchanges.get();
  }

  AtomicInteger count(Lease.Kind kind) {
    return switch (kind) {
      case HANDSHAKE -> pending;
      case RELAY -> relays;
      case EXCHANGE -> exchanges;
    };
  }

  private static long id(String service, String address) {
    try {
      byte[] text = (service + '\n' + address).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return service + " " + address;
  }
}
