package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.websocket.FrameRules.Extensions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The life of one relay that is moved again and again, under chance: who speaks when, how bytes are
 * split, how slowly they are read, who is lost. Holds to what docs/migration.md promises.
 */
final class MoveModel {
  private static final Duration STEP = Duration.ofMillis(25);

  /** A backend answers sooner than a relay counts as silent. */
  private static final int ANSWER_STEPS = 6;

  /** Messages of an opening, each answered once. */
  private static final int OPENING = 2;

  /** Enough to cross the mark where the gateway stops to read. */
  private static final int LARGE = 40_000;

  final Map<String, Integer> outcomes = new TreeMap<>();

  private final Bench bench = new Bench();
  private final Random random;
  private final boolean faults;

  /** So many first messages of the client are said to every new backend; 0 for none. */
  private final int opening;

  private final Tied tied;
  private final Peer client;
  private final List<Server> servers = new ArrayList<>();
  private final List<String> heardByServers = new ArrayList<>();
  private int messages;
  private int pings;
  private @Nullable Moves move;
  private @Nullable Server moving;
  private boolean lost;
  private boolean unsettled;
  private boolean cut;
  private int stuckFor;

  /** A backend that answers each message after a while, and a Close at once. */
  private final class Server {
    final Peer peer;
    final int number = servers.size();
    private final TreeMap<Integer, String> due = new TreeMap<>();
    private int step;
    private int heard;
    private int answered;

    /** Messages that were said to it alone. */
    int own;

    boolean gone;

    Server(Wire wire) {
      peer = new Peer(wire, random, false);
    }

    /** Whether its message {@code index} is one that the client had said to another before. */
    private boolean isOpening(int index) {
      return number > 0 && index < opening;
    }

    /** The first ones of a new backend answer the opening, and reach nobody. */
    private void answer(String text) {
      int before = peer.said.size();
      peer.say(text, random.nextBoolean(), padding());
      if (isOpening(answered) && peer.said.size() > before) {
        peer.said.removeLast();
      }
      answered++;
    }

    /** One that has an opening says nothing before it. */
    boolean mayPush() {
      return !gone && answered >= opening;
    }

    void live() {
      step++;
      peer.listen();
      for (; heard < peer.heard.size(); heard++) {
        String text = peer.heard.get(heard);
        if (isOpening(heard)) {
          assertThat(text).as("said again").isEqualTo(client.said.get(heard));
        } else {
          own++;
          heardByServers.add(text);
        }
        int at = step + random.nextInt(ANSWER_STEPS);
        while (due.putIfAbsent(at, "to-" + text) != null) {
          at++;
        }
      }
      while (!due.isEmpty() && due.firstKey() <= step) {
        answer(due.pollFirstEntry().getValue());
      }
      peer.pong();
      if (peer.closed != null && !peer.sentClose()) {
        due.clear();
        peer.close(1000);
      }
      peer.deliver(random.nextInt(3) > 0);
      if (peer.sentClose() && peer.delivered() && !gone) {
        gone = true;
        peer.wire.ends();
      }
    }
  }

  /**
   * A relay.
   *
   * @param faults whether backends may be lost, refuse to end, or close by themselves
   */
  MoveModel(long seed, boolean faults) {
    this.random = new Random(seed);
    this.faults = faults;
    Busy busy = faults && random.nextInt(3) == 0 ? Busy.MOVE : Busy.LEAVE;
    opening = random.nextInt(3) == 0 ? OPENING : 0;
    MigrationPolicy policy = Moves.policy(busy, opening, opening);
    tied = bench.relay(Policy.QUIET.moves(policy).build(), Extensions.PERMESSAGE_DEFLATE);
    client = new Peer(tied.client, random, true);
    servers.add(new Server(tied.backend));
    tied.finder = why -> onRescue();
  }

  private int padding() {
    return random.nextInt(50) == 0 ? LARGE : random.nextInt(200);
  }

  private void onRescue() {
    lost = true;
    int wanted = random.nextInt(5);
    if (wanted == 0) {
      count("abandoned");
      tied.relay.abandon();
    } else {
      count("rescued");
      begin(new Moves());
    }
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private void begin(Moves told) {
    move = told;
    Server to = new Server(tied.movesTo(told));
    moving = to;
    servers.add(to);
    if (told.moved) {
      over(told);
    }
  }

  private void over(Moves told) {
    if (told.failure != null) {
      count(told.failure.word());
    } else {
      count(told.settled ? "moved" : "unsettled");
      unsettled |= !told.settled;
    }
    move = null;
    moving = null;
  }

  /** Lives until {@code moves} were tried, or the relay has ended. */
  void live(int moves) {
    int tried = 0;
    while (tied.end == null && (tried < moves || move != null)) {
      if (move == null
          && !tied.relay.closing()
          && random.nextInt(4) == 0
          && client.closed == null) {
        tried++;
        begin(new Moves());
      }
      talk();
      if (faults) {
        mishap();
      }
      step();
    }
    quiesce();
  }

  /** Speaks, in fits: between them is silence. */
  private void talk() {
    if (random.nextInt(12) == 0 && client.closed == null) {
      int burst = 1 + random.nextInt(3);
      for (int i = 0; i < burst; i++) {
        client.say("m" + messages++, random.nextBoolean(), padding());
      }
    }
    if (random.nextInt(20) == 0) {
      Server other = moving;
      Server any = other != null && random.nextBoolean() ? other : present();
      if (any.mayPush()) {
        any.peer.say("push-" + any.number + "-" + any.peer.said.size(), false, padding());
      }
    }
    if (random.nextInt(60) == 0 && client.closed == null) {
      client.ping("p" + pings++);
    }
    if (random.nextInt(80) == 0 && !tied.client.reads()) {
      tied.client.stuck(true);
      stuckFor = 1 + random.nextInt(20);
    }
  }

  private void mishap() {
    Server to = moving;
    switch (random.nextInt(600)) {
      case 0 -> {
        Server present = present();
        present.peer.close(random.nextBoolean() ? 1012 : 1001);
      }
      case 1 -> {
        cut = true;
        present().gone = true;
        present().peer.wire.ends();
      }
      case 2 -> {
        if (to != null) {
          to.gone = true;
          cut = true;
          to.peer.wire.ends();
        }
      }
      case 3 -> {
        if (to != null) {
          cut = true;
          to.peer.close(1000);
        }
      }
      case 4 -> {
        if (random.nextInt(4) == 0) {
          client.close(1000);
        }
      }
      case 5 -> {
        if (random.nextInt(4) == 0) {
          cut = true;
          tied.client.endsInput();
        }
      }
      default -> {}
    }
  }

  /** The one that has the relay, as far as one can tell from outside. */
  private Server present() {
    for (int i = servers.size() - 1; i > 0; i--) {
      Server server = servers.get(i);
      if (!server.gone && server != moving) {
        return server;
      }
    }
    return servers.getFirst();
  }

  private void step() {
    bench.jump(STEP);
    if (stuckFor > 0 && --stuckFor == 0) {
      tied.client.stuck(false);
    }
    client.deliver(random.nextInt(3) > 0);
    for (Server server : List.copyOf(servers)) {
      if (!server.gone) {
        server.live();
      }
    }
    client.listen();
    client.pong();
    if (client.closed != null) {
      client.close(1000);
    }
    Moves told = move;
    if (told != null && told.over()) {
      over(told);
    }
  }

  /** Everything on its way arrives. */
  private void quiesce() {
    tied.client.stuck(false);
    for (int i = 0; i < 40; i++) {
      step();
      client.deliver(true);
    }
  }

  /** Holds all that was seen against what is promised. */
  void check() {
    assertThat(new HashSet<>(client.heard)).as("none twice").hasSize(client.heard.size());
    assertThat(new HashSet<>(heardByServers)).as("none twice").hasSize(heardByServers.size());
    List<String> inOrder =
        client.said.stream().filter(new HashSet<>(heardByServers)::contains).toList();
    assertThat(heardByServers).as("in order, over all backends").isEqualTo(inOrder);
    checkAnswers();
    int pong = -1;
    for (String text : client.pongsHeard) {
      if (text.startsWith("p")) {
        int number = Integer.parseInt(text.substring(1));
        assertThat(number).as("Pongs in the order of their Pings").isGreaterThan(pong);
        pong = number;
      }
    }
    if (!lost && !cut && tied.end == null) {
      assertThat(heardByServers).as("every message has reached a backend").isEqualTo(client.said);
      if (!unsettled) {
        assertThat(client.heard)
            .as("every message has been answered")
            .containsAll(client.said.stream().map(text -> "to-" + text).toList());
      }
    }
  }

  /** What each backend said came whole, or up to where it was cut; and one after the other. */
  private void checkAnswers() {
    int at = 0;
    for (Server server : servers) {
      List<String> said = server.peer.said;
      int count = 0;
      while (count < said.size()
          && at < client.heard.size()
          && said.get(count).equals(client.heard.get(at))) {
        count++;
        at++;
      }
      boolean whole = !lost && !cut && tied.end == null && server.own > 0;
      if (whole) {
        assertThat(count).as("messages of backend %d", server.number).isEqualTo(said.size());
      }
    }
    assertThat(at).as("all that the client heard is told by turns").isEqualTo(client.heard.size());
  }

  /** Ends what lives, and finds what leaked. */
  void end() {
    bench.clear();
  }
}
