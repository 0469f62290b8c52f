package io.holdfast.balance;

import io.holdfast.model.HandshakePacing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * What a backend is doing now. Keyed by service and address, so that counts survive reloads, and
 * two services that share an address do not share counts: each has its own policy. Thread-safe.
 */
public final class LiveBackend {
  private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

  /** An upload that takes long must not keep others from trying. */
  private static final long LONGEST_TRIAL = TimeUnit.SECONDS.toNanos(10);

  private final String service;
  private final String address;
  private final long id;
  private final Slot slot;
  private final Places places;
  private final Tally tally = new Tally();
  private final Turns turns = new Turns();

  /** When it joined or came back, by {@link System#nanoTime()}; long ago for one of the start. */
  private volatile long cameAt = System.nanoTime() - Long.MAX_VALUE / 2;

  /** When its slow start began, by {@link System#nanoTime()}. */
  private volatile long rampSince;

  private final AtomicLong lastReport = new AtomicLong(System.nanoTime() - QUIET);

  private final StateListener listener;

  /** Changed under the lock, so that listeners hear of changes in order. */
  private volatile Standing standing = Standing.FINE;

  private volatile String whyState = "";

  /** Whether a client is trying it, while it is {@link State#TRIAL}. */
  private final AtomicBoolean tried = new AtomicBoolean();

  /** When that client came, by {@link System#nanoTime()}. */
  private volatile long triedSince;

  /** When it last answered somebody, by {@link System#nanoTime()}. */
  private volatile long answeredAt = System.nanoTime();

  /** It was found to answer nobody, and has not since. */
  private volatile boolean silent;

  LiveBackend(String service, String address, Slot slot, WaitingRoom room, StateListener listener) {
    this.listener = listener;
    this.service = service;
    this.address = address;
    this.slot = slot;
    this.places = new Places(this, slot, room);
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
    return places.pending();
  }

  /** Whether relays may come to it of what is under way: handshakes, dials, moves. */
  public boolean expects() {
    return places.waiting() > 0 || places.pending() > 0 || places.moves() > 0;
  }

  /** Whether nothing of ours is there, or about to be. */
  boolean isIdle() {
    return load() == 0 && !expects();
  }

  /** Established relays. */
  public int relays() {
    return places.relays();
  }

  /** HTTP exchanges in flight. */
  public int exchanges() {
    return places.exchanges();
  }

  /** All that is going on there of ours. */
  public int load() {
    return places.load();
  }

  /**
   * Has algorithms compare so much more than {@link #load()}, or less. For one thread.
   *
   * @param difference what others have there, by a report; 0 for none
   */
  public void correct(int difference) {
    places.correct(difference);
  }

  /** Whether it has all that it may have, so that there is no place of this kind. */
  boolean isFull(Lease.Kind kind) {
    return places.isFull() || (kind == Lease.Kind.HANDSHAKE && places.isBusy());
  }

  /** What is said of it. */
  public Standing standing() {
    return standing;
  }

  /** Whether it takes new work. */
  public State state() {
    return standing.state();
  }

  /** Why it is in its present {@link #state()}, in a few words; empty when it always was. */
  public String whyState() {
    return whyState;
  }

  /**
   * Changes what is said of it.
   *
   * @param why for the log, if that changes its {@link #state()}
   */
  public synchronized void change(UnaryOperator<Standing> change, String why) {
    State from = standing.state();
    standing = change.apply(standing);
    State to = standing.state();
    if (from == to) {
      return;
    }
    boolean back = to == State.UP;
    if (back) {
      startSlowly(System.nanoTime());
    }
    tried.set(false);
    silent = false;
    slot.flag(Slot.BLOCKED, !back && to != State.TRIAL);
    whyState = why;
    listener.onChange(this, from, to, why);
    if (takesWork()) {
      places.serve();
    }
  }

  /** Takes the one place of its trial, if it is free, or somebody has it for too long. */
  boolean takeTrial() {
    long now = System.nanoTime();
    if (tried.compareAndSet(false, true) || now - triedSince > LONGEST_TRIAL) {
      triedSince = now;
      return true;
    }
    return false;
  }

  /** A client that tried it is done, however that went. */
  void wasTried() {
    tried.set(false);
  }

  /** It has answered somebody. */
  public void answered() {
    answeredAt = System.nanoTime();
    silent = false;
  }

  /**
   * Whether it is taken for hung: it has answered nobody for a time, and so many wait, or that was
   * found before. For one whose handshake has waited as long.
   *
   * @param time in nanoseconds
   * @param many pending handshakes that are no coincidence
   */
  public boolean isSilent(long time, int many) {
    if (System.nanoTime() - answeredAt < time) {
      return false;
    }
    silent |= pending() >= many || !takesWork();
    return silent;
  }

  /** Whether it may be given new work, as far as its state goes. */
  public boolean takesWork() {
    return !slot.has(Slot.BLOCKED);
  }

  /** Whether it may be given new work, and has room for this kind. */
  boolean isOpen(Lease.Kind kind) {
    return !slot.has(kind.closed);
  }

  /** Where its load stands beside the others'. */
  Slot slot() {
    return slot;
  }

  /** Gets its share of new work only by and by, from now on. */
  void startSlowly(long now) {
    rampSince = now;
    cameAt = now;
    slot.flag(Slot.RAMPING, true);
  }

  /** When its slow start began, by {@link System#nanoTime()}. */
  long rampSince() {
    return rampSince;
  }

  /** Whether a failure now should be logged: true at most once in ten seconds. */
  public boolean mayReport() {
    long last = lastReport.get();
    long now = System.nanoTime();
    return now - last >= QUIET && lastReport.compareAndSet(last, now);
  }

  /**
   * Takes a handshake's turn, if it has joined or come back not long ago.
   *
   * @return nanoseconds to wait, or {@link Pacer#NO_TURN}
   */
  long turn(HandshakePacing by) {
    return by.perBackend() == 0 || System.nanoTime() - cameAt > by.warm().toNanos()
        ? 0
        : turns.take(by.perBackend(), by.queueTimeout().toNanos());
  }

  /** Where the turns of its handshakes are waited for. */
  public Turns turns() {
    return turns;
  }

  /** What it has done for clients. */
  public Tally tally() {
    return tally;
  }

  /** What is going on there, and how much may be. */
  Places places() {
    return places;
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
