package io.holdfast.relay;

import io.holdfast.relay.MoveTries.Attempt;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What chance has the ends of a relay do, and what it does to them. */
final class MoveChance {
  /** Enough to cross the mark where the gateway stops to read. */
  private static final int LARGE = 12_000;

  /** A length that takes eight bytes. */
  private static final int HUGE = 70_000;

  private final MoveModel model;
  private final Random random;
  private final boolean faults;
  private final Peer client;

  /** Those who read nothing, for so many steps more. */
  private final Map<Peer, Integer> stuck = new LinkedHashMap<>();

  private int messages;

  /**
   * A chance.
   *
   * @param faults whether backends may be lost, refuse to end, or close by themselves
   */
  MoveChance(MoveModel model, Random random, boolean faults) {
    this.model = model;
    this.random = random;
    this.faults = faults;
    this.client = model.client;
  }

  static int padding(Random random) {
    int chance = random.nextInt(500);
    return chance == 0 ? HUGE : chance < 15 ? LARGE : random.nextInt(200);
  }

  /** Takes its course for a step. */
  void strike() {
    talk();
    slow();
    // More often where a move is far already.
    boolean far = model.tries.underWay != null && (!client.wire.reads() || model.tries.inMessage());
    if (faults && random.nextInt(far ? 15 : 60) == 0) {
      mishap();
    }
  }

  /** Speaks, in fits: between them is silence. */
  private void talk() {
    if (random.nextInt(12) == 0) {
      int burst = 1 + random.nextInt(3);
      for (int i = 0; i < burst; i++) {
        client.say("m" + messages++, random.nextBoolean(), padding(random), false);
      }
    }
    if (random.nextInt(20) == 0) {
      Server any = model.any();
      if (any.mayPush()) {
        String text = "push-" + any.number + "-" + any.peer.said.size();
        any.peer.say(text, random.nextBoolean(), padding(random), false);
      }
    }
    if (random.nextInt(60) == 0) {
      client.ping();
    }
    if (random.nextInt(60) == 0) {
      Server any = model.any();
      if (any.isAwake()) {
        any.peer.ping();
      }
    }
    if (random.nextInt(60) == 0 && !model.ending() && !model.tied.relay.mobility().adrift()) {
      Leg backend = model.tied.relay.backend();
      model.tied.relay.ping(random.nextBoolean() ? backend : backend.peer());
    }
  }

  /** Some read slowly, stop in the middle of what they say, or stand still for a while. */
  private void slow() {
    if (random.nextInt(100) == 0) {
      stick(client);
    }
    if (random.nextInt(150) == 0) {
      stick(model.any().peer);
    }
    if (random.nextInt(150) == 0) {
      model.any().freeze(1 + random.nextInt(40));
    }
    if (hesitates(client)) {
      client.hesitate(pause());
    }
    Server any = model.any();
    if (hesitates(any.peer)) {
      any.hesitate(pause());
    }
  }

  private void stick(Peer peer) {
    peer.wire.stuck(true);
    stuck.put(peer, 1 + random.nextInt(20));
  }

  private boolean hesitates(Peer peer) {
    return !peer.delivered() && random.nextInt(20) == 0;
  }

  private int pause() {
    return random.nextInt(random.nextInt(8) == 0 ? 150 : 20);
  }

  private void mishap() {
    Attempt tried = model.tries.underWay;
    Server to = tried == null || !tried.to().there ? null : tried.to();
    Server any = to != null && random.nextInt(3) > 0 ? to : model.holder();
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> fail(any, any == to ? 1000 : random.nextBoolean() ? 1012 : 1001);
      case 4 -> fail(any, 1000);
      case 5, 6, 7, 8 -> {
        any.failed = true;
        any.end();
      }
      case 9, 10, 11 -> {
        any.failed = true;
        any.peer.endInput();
      }
      case 12, 13, 14 -> any.freeze(60 + random.nextInt(120));
      case 15 -> client.close(1000);
      case 16 -> client.endInput();
      default -> {}
    }
  }

  private static void fail(Server server, int code) {
    if (server.isAwake()) {
      server.failed = true;
      server.peer.close(code);
    }
  }

  /** A step has passed for those who are stuck. */
  void loosen() {
    stuck.replaceAll((peer, left) -> left - 1);
    stuck.forEach((peer, left) -> {
      if (left == 0) {
        peer.wire.stuck(false);
      }
    });
    stuck.values().removeIf(left -> left == 0);
  }

  /** Slows nobody any more. */
  void rest() {
    stuck.keySet().forEach(peer -> peer.wire.stuck(false));
    stuck.clear();
    model.servers.forEach(Server::thaw);
  }
}
