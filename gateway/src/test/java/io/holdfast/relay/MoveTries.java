package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

import io.holdfast.relay.MoveOutcome.Failure;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The moves of a relay, planned ones and rescues, one at a time; and what became of them. */
final class MoveTries {
  /** Of a busy relay that was stopped in the middle of a message. */
  private static final String IN_MESSAGE = "unsettled_in_message";

  /** A move that is tried. */
  record Attempt(Moves told, Server from, Server to, boolean rescue, long since) {}

  final Map<String, Integer> outcomes = new TreeMap<>();

  private final MoveModel model;
  private final Random random;

  /** The one that is not over yet. */
  @Nullable Attempt underWay;

  /** It waits, or has waited, for the end of a message of the client. */
  private boolean inMessage;

  /** Steps until another backend is found for a relay that has none; 0 while none is looked for. */
  private int adriftFor;

  /** Steps until a backend that was called is there; 0 while none is called. */
  private int calledFor;

  MoveTries(MoveModel model, Random random) {
    this.model = model;
    this.random = random;
    model.tied.finder = why -> onLost();
  }

  private void onLost() {
    settle();
    Server lost = model.holder();
    lost.failed = true;
    lost.mayLose = model.client.arrived();
    adriftFor = 1 + (random.nextBoolean() ? 0 : random.nextInt(8));
    if (adriftFor == 1) {
      findAnother();
    }
  }

  private void findAnother() {
    adriftFor = 0;
    if (model.ending()) {
      return;
    }
    if (random.nextInt(10) == 0) {
      count("abandoned");
      model.tied.relay.abandon();
    } else {
      begin(true);
    }
  }

  /** Begins one; another backend has answered the handshake. */
  void begin(boolean rescue) {
    inMessage = false;
    Moves told = new Moves();
    Server from = model.holder();
    Server to = model.newServer(model.tied.other());
    underWay = new Attempt(told, from, to, rescue, model.bench.ticker.nanoTime());
    calledFor = 0;
    model.tied.relay.settle(() -> onCalled(rescue), told);
    settle();
  }

  /** It is asked for at once, but where it is told an opening. */
  private void onCalled(boolean rescue) {
    if (rescue || model.openingless()) {
      attach();
    } else {
      calledFor = 1 + (random.nextBoolean() ? 0 : random.nextInt(60));
    }
  }

  private void attach() {
    Attempt tried = requireNonNull(underWay, "what was called for");
    if (calledFor > 0 && random.nextInt(20) == 0) {
      model.tied.relay.abandon();
    } else {
      tried.to().there = true;
      model.tied.movesTo(tried.to().peer.wire, tried.told());
    }
  }

  boolean mayBegin() {
    return underWay == null && adriftFor == 0 && !model.ending() && !model.client.mute();
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  /** Sees whether a move is over. */
  void settle() {
    Attempt tried = underWay;
    if (tried == null || !tried.told().over()) {
      return;
    }
    underWay = null;
    calledFor = 0;
    tried.to().failed |= !tried.to().there;
    Moves told = tried.told();
    Server from = tried.from();
    if (told.failure != null) {
      count((tried.rescue() ? "rescue_" : "") + told.failure.word());
      // A client that has ended need not hear the old one out.
      from.mayBeCut |= told.committed;
      if (!told.committed && !tried.rescue() && told.failure != Failure.BUSY_CLOSED) {
        MovePromises.stays(model, from);
      }
      if (model.tied.relay.adrift()) {
        adriftFor = 1 + random.nextInt(8); // the next one is tried
      }
    } else {
      count(
          tried.rescue()
              ? "rescued"
              : told.settled ? "moved" : inMessage ? IN_MESSAGE : "unsettled");
      boolean late = told.stall >= Moves.TIMEOUT.toNanos();
      from.leftEarly = !told.settled || late;
      from.mayBeCut |= late;
      if (!from.leftEarly && !from.failed) {
        MovePromises.letsGo(from);
      }
    }
    if (told.committed) {
      model.holders.add(tried.to());
    }
  }

  /** Whether one is under way, or a backend is looked for. */
  boolean busy() {
    return underWay != null || adriftFor > 0;
  }

  /** Whether the one under way waits for the end of a message of the client. */
  boolean inMessage() {
    return inMessage;
  }

  /** A step has passed. */
  void step() {
    if (adriftFor > 0 && --adriftFor == 0) {
      findAnother();
    }
    settle(); // one that is called for a relay that ends is not wanted any more
    if (calledFor == 1) {
      attach();
    }
    calledFor = Math.max(0, calledFor - 1);
  }

  /** Looks whether one waits for the end of a message of the client. */
  void look(Attempt tried) {
    long waited = model.bench.ticker.nanoTime() - tried.since();
    boolean inside = !model.tied.relay.backend().peer().inlet.betweenMessages();
    inMessage |=
        !tried.rescue() && inside && waited >= Moves.AT_MOST.toNanos() + 2 * RelayLoop.TICK;
  }
}
