package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Scenario.Protocol;
import io.holdfast.loadtest.scenario.Scenario.Talk;
import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.Dialer;
import io.holdfast.loadtest.wire.MaskKeys;
import io.holdfast.loadtest.wire.Transport;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users of one event loop. Rooms are dealt out in turn to all crews of a run, so that each room
 * is of one crew. On its event loop only.
 */
final class Crew {
  private static final long TICK = 10_000_000;

  private final Scenario scenario;
  private final Course course;
  private final EventLoop loop;
  private final Transport transport;
  private final DialOptions dial;
  private final List<InetAddress> sources;
  private final Seat seat;
  private final MaskKeys keys = new MaskKeys();
  private final List<User> users = new ArrayList<>();
  private final Map<Integer, ChatRoom> rooms = new HashMap<>();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private Measures measures = new Measures();
  private Course.Moment moment;
  private long start;
  private long cpu;
  private long tickDue;
  private boolean stopped;
  private boolean closing;
  private int connected;
  private int present;

  /**
   * Which crew this is.
   *
   * @param run what the run is called, 4 to 20 letters and digits
   * @param number from 0
   * @param of how many
   */
  record Seat(String run, int number, int of) {}

  Crew(
      Scenario scenario,
      EventLoop loop,
      Transport transport,
      DialOptions dial,
      List<InetAddress> sources,
      Seat seat) {
    this.scenario = scenario;
    this.course = new Course(scenario);
    this.moment = course.at(0);
    this.loop = loop;
    this.transport = transport;
    this.dial = dial;
    this.sources = sources;
    this.seat = seat;
  }

  EventLoop loop() {
    return loop;
  }

  Talk talk() {
    return scenario.talk();
  }

  Measures measures() {
    return measures;
  }

  MaskKeys keys() {
    return keys;
  }

  String run() {
    return seat.run();
  }

  /** Nanoseconds between two messages of one user. */
  long every() {
    return moment.every();
  }

  /** Whether nothing more is to be said. */
  boolean stopped() {
    return stopped;
  }

  /** Begins. */
  void start(long nanos) {
    start = nanos;
    cpu = threads.getCurrentThreadCpuTime();
    tickDue = nanos;
    tick();
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - tickDue >= 0) {
      Measures.record(measures.delay, now - tickDue);
    }
    if (!stopped) {
      Course.Moment before = moment;
      moment = course.at(now - start);
      adjust(moment.users());
      if (moment.stage() != before.stage()) {
        cut(scenario.stages().get(moment.stage()).cut());
        if (moment.every() != before.every()) {
          users.forEach(User::takePace);
        }
      }
    }
    if (!closing) {
      tickDue = Math.max(tickDue + TICK, now + TICK / 2);
      loop.schedule(this::tick, tickDue - now, TimeUnit.NANOSECONDS);
    }
  }

  private int idOf(int nth) {
    int room = talk().protocol() == Protocol.ECHO ? 1 : talk().room();
    return (nth / room * seat.of() + seat.number()) * room + nth % room;
  }

  private void adjust(int target) {
    while (idOf(users.size()) < target) {
      User user = new User(this, idOf(users.size()));
      users.add(user);
      present++;
      user.come();
    }
    while (!users.isEmpty() && users.getLast().id() >= target) {
      users.removeLast().leave();
    }
  }

  private void cut(double share) {
    for (User user : List.copyOf(users)) {
      if (user.isAmong(share)) {
        user.cut();
      }
    }
  }

  void dial(int user, Line line) {
    String target = dial.url().target();
    String own =
        switch (talk().protocol()) {
          case ECHO -> target;
          case CHAT -> slash(target) + "ws/chat/" + seat.run() + "-" + user;
          case SOCKETIO -> slash(target) + "socket.io/?EIO=4&transport=websocket";
        };
    InetAddress source = sources.isEmpty() ? null : sources.get(user % sources.size());
    new Dialer(transport, dial.withTarget(own)).dial(loop, source, line);
  }

  private static String slash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  Dialogue dialogue(User user) {
    Protocol protocol = talk().protocol();
    if (protocol == Protocol.ECHO) {
      return new EchoDialogue(user);
    }
    int room = user.id() / talk().room();
    return new ChatDialogue(
        user,
        protocol == Protocol.CHAT ? new Framing.Raw() : new Framing.SocketIo(),
        rooms.computeIfAbsent(room, _ -> new ChatRoom()),
        seat.run() + "." + room);
  }

  /** There are so many connections more. */
  void connected(int more) {
    connected += more;
  }

  /** A user has left. */
  void gone() {
    present--;
  }

  int connected() {
    return connected;
  }

  /** Users that have not left. */
  int present() {
    return present;
  }

  /** What was counted since the last call; it is the caller's from now on. */
  Measures take() {
    Measures taken = measures;
    measures = new Measures();
    long now = threads.getCurrentThreadCpuTime();
    taken.cpuNanos += now - cpu;
    cpu = now;
    return taken;
  }

  /** Nothing more is due. */
  void stop() {
    stopped = true;
  }

  /** What was said and not heard by all yet. */
  long missing() {
    return users.stream().mapToLong(User::missing).sum();
  }

  /** Everybody leaves; what is missing now is lost. */
  void close() {
    closing = true;
    measures.error("lost", missing());
    measures.error("connect_unfinished", users.stream().filter(User::isDialling).count());
    users.forEach(User::go);
    users.clear();
  }
}
