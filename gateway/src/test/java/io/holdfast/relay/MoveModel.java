package io.holdfast.relay;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.relay.MoveTries.Attempt;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The life of one relay that is moved again and again, under chance: who speaks when, how bytes are
 * split, how slowly they are read, who stands still, who is lost. {@link MovePromises} judges it.
 */
final class MoveModel {
  private static final Duration STEP = Duration.ofMillis(25);

  /** Messages of an opening, each answered once. */
  private static final int OPENING = 2;

  private static final WriteBufferWaterMark MARK = new WriteBufferWaterMark(4_096, 8_192);

  private static final int SMALL_HOLD = 8 * 1024;
  private static final int LARGE_HOLD = 256 * 1024;

  final Peer client;

  /** Those that have had the relay, in order. */
  final List<Server> holders = new ArrayList<>();

  final List<Server> servers = new ArrayList<>();
  final Tied tied;

  final MoveTries tries;

  final Bench bench = new Bench();
  private final Random random;
  private final MoveChance chance;
  private final int holdBuffer;

  /** So many first messages of the client are said to every new backend; 0 for none. */
  private final int opening;

  private final String gatewaysPing;

  /**
   * A relay.
   *
   * @param faults whether backends may be lost, refuse to end, or close by themselves
   */
  MoveModel(long seed, boolean faults) {
    this.random = new Random(seed);
    int busyness = random.nextInt(10);
    Busy busy = busyness == 0 ? Busy.CLOSE : busyness < 4 ? Busy.MOVE : Busy.LEAVE;
    opening = random.nextInt(3) == 0 ? OPENING : 0;
    holdBuffer = random.nextBoolean() ? SMALL_HOLD : LARGE_HOLD;
    MigrationPolicy policy = Moves.policy(busy, opening, opening, holdBuffer);
    tied = bench.relay(Policy.QUIET.moves(policy).build(), Extensions.PERMESSAGE_DEFLATE);
    gatewaysPing =
        new String(
            ByteBuffer.allocate(8).putLong(tied.relay.pingToken()).array(),
            StandardCharsets.ISO_8859_1);
    tied.client.config().setWriteBufferWaterMark(MARK);
    client = new Peer(tied.client, random, true, "c", gatewaysPing);
    holders.add(newServer(tied.backend));
    holder().there = true;
    tries = new MoveTries(this, random);
    chance = new MoveChance(this, random, faults);
  }

  Server newServer(Wire wire) {
    wire.config().setWriteBufferWaterMark(MARK);
    Server server =
        new Server(wire, random, servers.size(), client, opening, gatewaysPing, tied.relay);
    servers.add(server);
    return server;
  }

  Server holder() {
    return holders.getLast();
  }

  /** The one that has the relay, or that is to have it. */
  Server any() {
    Attempt tried = tries.underWay;
    return tried != null && tried.to().there && random.nextBoolean() ? tried.to() : holder();
  }

  /** Whether a new backend is told nothing that others have heard. */
  boolean openingless() {
    return opening == 0;
  }

  boolean ending() {
    return tied.end != null || tied.relay.closing();
  }

  /** Lives until {@code moves} were tried, or the relay has ended. */
  void live(int moves) {
    int tried = 0;
    while (tied.end == null && (tried < moves || tries.busy())) {
      if (tries.mayBegin() && random.nextInt(4) == 0) {
        tried++;
        tries.begin(false);
      }
      chance.strike();
      step(random.nextInt(150) == 0 ? 2 + random.nextInt(30) : 1);
    }
    quiesce();
    tries.settle();
  }

  /**
   * Lives for one step.
   *
   * @param turns for so many steps the gateway stands still first, less one
   */
  private void step(int turns) {
    bench.ticker.advance(STEP.toNanos() * turns, TimeUnit.NANOSECONDS);
    for (int i = 1; i < turns; i++) {
      others();
    }
    if (turns > 1 && random.nextBoolean()) {
      // What came meanwhile is read before the clocks are looked at.
      deliver(false);
      if (tries.mayBegin() && random.nextBoolean()) {
        tries.begin(false);
      }
    }
    bench.jump(Duration.ZERO);
    chance.loosen();
    tries.step();
    others();
    deliver(false);
    judge();
  }

  /** All but the gateway live for a step. */
  private void others() {
    for (Server server : servers) {
      server.live();
    }
    client.listen();
    client.pong();
    if (client.ear.closed != null) {
      client.close(1000);
    }
  }

  private void deliver(boolean all) {
    Attempt tried = tries.underWay;
    Server from = tried == null ? holder() : tried.from();
    boolean held = tried != null && !tied.client.reads();
    client.deliver(all);
    for (Server server : List.copyOf(servers)) {
      server.deliver(all);
    }
    // One that is over by now may have held the client for a part of this delivery.
    from.look(held || (tried != null && (!tied.client.reads() || tried.told().over())));
  }

  private void judge() {
    tries.settle();
    Attempt tried = tries.underWay;
    if (ending()) {
      // Nothing more has to reach the client.
      holder().mayBeCut = true;
      if (tried != null) {
        tried.from().mayBeCut = true;
        tried.to().mayBeCut = true;
      }
    } else if (tried != null) {
      tries.look(tried);
      MovePromises.holdsLittle(this, tried.told(), tried.to(), holdBuffer);
    } else if (!tries.busy()) {
      MovePromises.readsBoth(client.wire, holder().peer.wire);
    }
  }

  /** Everything on its way arrives. */
  private void quiesce() {
    for (int silent = 0; silent < 40; silent++) {
      if (servers.stream().anyMatch(Server::owes)) {
        silent = 0;
      }
      chance.rest();
      step(1);
      deliver(true);
    }
  }

  /** Ends what lives, and finds what leaked. */
  void end() {
    bench.clear();
  }
}
