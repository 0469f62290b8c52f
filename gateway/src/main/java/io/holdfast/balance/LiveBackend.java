package io.holdfast.balance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a backend is doing now. Keyed by service and address, so that counts survive reloads, and
 * two services that share an address do not share counts: each has its own policy. Thread-safe.
 */
public final class LiveBackend {
  private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

  private final String service;
  private final String address;
  private final long id;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger relays = new AtomicInteger();
  private final AtomicInteger exchanges = new AtomicInteger();
  private final AtomicLong lastReport = new AtomicLong(System.nanoTime() - QUIET);

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

  /** Whether a failure now should be logged: true at most once in ten seconds. */
  public boolean mayReport() {
    long last = lastReport.get();
    long now = System.nanoTime();
    return now - last >= QUIET && lastReport.compareAndSet(last, now);
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
