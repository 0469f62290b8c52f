import { comesBack, delayAfter } from "./backoff.js";
import { Outbox } from "./outbox.js";
import { openSocketIo, openWebSocket } from "./transports.js";

const STEADY_AFTER = 5_000;
const PROBE_EVERY = 5_000;
const PATIENCE = 10_000;
const ATTEMPTS_BY_ONE_TRANSPORT = 2;
const KNOWN_IDS = 1_000;
const PAGE_OF_HISTORY = 100;
const LATER = 500;
const TOO_LARGE = 1009;

/**
 * A client of the chat server that comes back by itself, to the rooms that it was in, with what was said meanwhile, and
 * that sends what it was given while it was away. All of it is said and heard once, and in order.
 *
 * Events, each with its detail:
 *   state     { state: "connecting" | "open" | "waiting" | "closed", transport, node, user, code, reason, delay (ms) }
 *   said      a message of a room: { id, room, sequence, fromId, from, text, timestamp, early }, where early is true of
 *             what was said before the room was entered for the first time
 *   members   { room, members }
 *   presence, typing, notice, error   as the server sends them
 *   latency   ms that the server took to answer
 */
export class HoldfastClient extends EventTarget {
  #options;
  #rooms = new Map(); // by name: { sequence, known, here, held }
  #outbox = new Outbox((message) => (this.#rooms.get(message.room)?.here ? this.#request(message) : null));
  #answers = new Map(); // by ref: { resolve, reject }
  #lastRef = 0;
  #link = null;
  #attempts = 0;
  #failures = 0;
  #proven = -1; // the transport that has worked before
  #timers = {};
  #state = { state: "closed" };

  /**
   * @param options.url of the server, such as https://chat.example.com/; unless given, where this module came from
   * @param options.id what the connection is called; unless given, anything
   * @param options.name what to be called in rooms
   * @param options.token a token, or a function that gets one (or a promise of it) for each attempt
   * @param options.anonymous whether to go on without a token when it is refused
   * @param options.transports of "websocket" and "socketio" those to try, in this order
   */
  constructor(options = {}) {
    super();
    this.#options = { url: import.meta.url, id: crypto.randomUUID(), transports: ["websocket", "socketio"], ...options };
    globalThis.addEventListener?.("online", () => this.#state.state === "waiting" && this.connect());
  }

  /** What the last "state" event said. */
  get state() {
    return this.#state;
  }

  /** What is not known to have been heard yet: { id, room, text } of each. */
  get unsent() {
    return this.#outbox.messages;
  }

  /** Connects, at once if it waits to do so. */
  connect() {
    if (["waiting", "closed"].includes(this.#state.state)) this.#attempt(true);
  }

  /** Ends the connection. Rooms, and what was not sent, are kept for another connect(). */
  close() {
    this.#gone();
    this.#tell({ state: "closed", code: 1000, reason: "" });
  }

  /** Connects anew, by other options. */
  change(options) {
    this.close();
    Object.assign(this.#options, options);
    this.#proven = -1;
    this.#failures = 0;
    this.connect();
  }

  /** Enters a room, now and after each new connection. */
  join(room) {
    if (this.#rooms.has(room)) return;
    this.#rooms.set(room, { sequence: -1, known: new Set(), here: false, held: [] });
    if (this.#state.state === "open") this.#enter(room);
  }

  /** Takes another name in all rooms. */
  rename(name) {
    this.#options.name = name;
    for (const [room, { here }] of this.#rooms) {
      if (!here) continue;
      this.#request({ type: "leave", room }).catch(() => {});
      this.#enter(room);
    }
  }

  /** Leaves a room; what was to be said there is not. */
  leave(room) {
    if (this.#rooms.get(room)?.here) this.#request({ type: "leave", room }).catch(() => {});
    this.#forget(room, new Error("the room was left"));
  }

  /**
   * Says something, as soon as that can be.
   *
   * @return { id, answer }, where answer is a promise of what the server says, which fails when it refuses
   */
  say(room, text) {
    const message = { type: "say", id: crypto.randomUUID(), room, text };
    const there = this.#rooms.has(room);
    return { id: message.id, answer: there ? this.#outbox.add(message) : Promise.reject(new Error(`not in ${room}`)) };
  }

  /** Tells a room that somebody types. */
  typing(room) {
    if (this.#rooms.get(room)?.here) this.#link.send({ type: "typing", room });
  }

  /** A promise of what was said before a sequence, the oldest first. */
  async history(room, before, limit = 50) {
    return (await this.#request({ type: "history", room, before, limit })).history;
  }

  async #attempt(withToken) {
    this.#gone();
    const attempt = this.#attempts;
    const { transports, url, id } = this.#options;
    const turn = Math.floor(this.#failures / ATTEMPTS_BY_ONE_TRANSPORT) % transports.length;
    const at = this.#proven < 0 ? turn : this.#proven;
    this.#tell({ state: "connecting", transport: transports[at] });
    const token = withToken ? await this.#token() : undefined;
    if (attempt !== this.#attempts) return;
    const open = transports[at] === "socketio" ? openSocketIo : openWebSocket;
    this.#link = open(new URL(url), id, token, {
      onMessage: (message) => attempt === this.#attempts && this.#received(message, at),
      onClose: (close) => attempt === this.#attempts && this.#closed(close, token),
    });
    this.#timers.patience = setTimeout(() => this.#link.close(1006, "no answer"), PATIENCE);
  }

  async #token() {
    try {
      return await (typeof this.#options.token === "function" ? this.#options.token() : this.#options.token);
    } catch {
      return undefined; // and the server says what it thinks of that
    }
  }

  #closed({ code, reason, refused }, token) {
    if (code === TOO_LARGE) this.#outbox.refuse(new Error("the message is too large"));
    this.#gone();
    if (refused && token && this.#options.anonymous) return this.#attempt(false);
    if (refused || !comesBack(code)) return this.#tell({ state: "closed", code: refused ? 1008 : code, reason });
    const delay = delayAfter(this.#failures++, code);
    this.#timers.retry = setTimeout(() => this.#attempt(true), delay);
    this.#tell({ state: "waiting", code, reason, delay });
  }

  /** There is no connection any more: nothing of it is heard from here on. */
  #gone() {
    this.#attempts++;
    Object.values(this.#timers).forEach(clearTimeout);
    this.#timers = {};
    this.#link?.close(1000, "");
    this.#link = null;
    for (const room of this.#rooms.values()) Object.assign(room, { here: false, held: [] });
    this.#outbox.interrupt();
    for (const { reject } of this.#answers.values()) reject(new Error("the connection has ended"));
    this.#answers.clear();
  }

  #request(message) {
    const ref = String(++this.#lastRef);
    return new Promise((resolve, reject) => {
      this.#answers.set(ref, { resolve, reject });
      this.#link.send({ ...message, ref });
    });
  }

  #received(message, transport) {
    const asked = this.#answers.get(message.ref);
    this.#answers.delete(message.ref);
    if (asked && message.type === "error") return asked.reject(Object.assign(new Error(message.message), { code: message.code }));
    if (asked) return asked.resolve(message);
    switch (message.type) {
      case "connection_established":
        return this.#opened(message, transport);
      case "heartbeat":
        return this.#link.send({ type: "heartbeat_ack" });
      case "message":
        return this.#heard(message);
      case "message_response": // unasked for: where a session goes on, or nodes hear of each other again
        return this.#arrived(message);
      case "goodbye": // and the close that follows says whether to come back
        return;
      case "presence":
        if (message.event === "moved" && message.previous.id === this.#state.user.id) {
          this.#tell({ ...this.#state, user: message.member, node: message.member.node });
        }
    }
    this.#emit(message.type, message);
  }

  #opened({ user, node }, transport) {
    this.#proven = transport;
    clearTimeout(this.#timers.patience);
    this.#timers.steady = setTimeout(() => (this.#failures = 0), STEADY_AFTER);
    this.#tell({ state: "open", transport: this.#options.transports[transport], node, user });
    this.#probe();
    for (const room of this.#rooms.keys()) this.#enter(room);
  }

  async #probe() {
    const start = performance.now();
    this.#timers.patience = setTimeout(() => this.#link.close(1006, "no answer"), PATIENCE);
    try {
      await this.#request({ type: "heartbeat_ack" });
      this.#emit("latency", performance.now() - start);
    } catch (error) {
      if (!error.code) return;
    }
    clearTimeout(this.#timers.patience);
    this.#timers.probe = setTimeout(() => this.#probe(), PROBE_EVERY);
  }

  async #enter(name) {
    const as = this.#options.name;
    try {
      const arrival = await this.#request({ type: "join", room: name, ...(as && { name: as }) });
      const { sequence } = this.#rooms.get(name) ?? {};
      let { history } = arrival;
      while (sequence > 0 && history.length && history[0].sequence > sequence + 1) {
        const older = await this.history(name, history[0].sequence, PAGE_OF_HISTORY);
        if (!older.length) break;
        history = [...older, ...history];
      }
      this.#arrived({ ...arrival, history });
    } catch (error) {
      this.#notEntered(name, error);
    }
  }

  #notEntered(name, error) {
    if (!error.code || !this.#rooms.has(name)) return; // the connection has ended, or nobody cares
    if (error.code === "rate_limited") {
      this.#timers[`enter ${name}`] = setTimeout(() => this.#enter(name), LATER);
    } else if (error.code === "forbidden" && this.#options.name) {
      this.#options.name = undefined; // the token's counts
      this.#enter(name);
    } else {
      this.#forget(name, error);
      this.#emit("error", { code: error.code, message: error.message, room: name });
    }
  }

  #forget(name, why) {
    this.#rooms.delete(name);
    this.#outbox.forget(name, why);
  }

  #arrived({ room: name, members, history = [] }) {
    const room = this.#rooms.get(name);
    if (!room) return;
    const early = room.sequence < 0;
    room.here = true;
    room.sequence = Math.max(room.sequence, 0);
    if (members) this.#emit("members", { room: name, members });
    for (const said of history) this.#heard({ ...said, early });
    for (const said of room.held.splice(0)) this.#heard(said);
    this.#outbox.sendNext();
  }

  #heard(said) {
    const room = this.#rooms.get(said.room);
    if (!room?.here) return room?.held.push(said);
    if (room.known.has(said.id)) return;
    room.known.add(said.id);
    if (room.known.size > KNOWN_IDS) room.known.delete(room.known.values().next().value);
    room.sequence = Math.max(room.sequence, said.sequence);
    this.#emit("said", { early: false, ...said });
  }

  #tell(state) {
    this.#state = state;
    this.#emit("state", state);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
