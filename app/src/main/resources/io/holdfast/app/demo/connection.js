const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const PING_EVERY = 2_000;

/**
 * A WebSocket that comes back by itself, with a longer pause after each failure.
 *
 * Events: "state" (detail: { text, kind: "up" | "down" | "wait" }), "message" (detail: the parsed
 * message), "latency" (detail: milliseconds).
 */
export class Connection extends EventTarget {
  #url;
  #socket = null;
  #failures = 0;
  #retry = 0;
  #pinger = 0;

  /** @param url a function that says where to connect to, asked each time */
  constructor(url) {
    super();
    this.#url = url;
  }

  /** Opens a new connection, and closes the one there is as soon as the new one stands. */
  open() {
    clearTimeout(this.#retry);
    const old = this.#socket;
    const socket = new WebSocket(this.#url());
    this.#socket = socket;
    if (old?.readyState !== WebSocket.OPEN) this.#tell("wait", "Connecting …");
    socket.onopen = () => {
      old?.close(1000, "replaced");
      if (this.#socket !== socket) return socket.close(1000, "replaced");
      this.#failures = 0;
      this.#tell("up", "Connected");
      this.#ping();
      clearInterval(this.#pinger);
      this.#pinger = setInterval(() => this.#ping(), PING_EVERY);
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#received(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      old?.close(1000, "replaced");
      if (this.#socket !== socket) return;
      clearInterval(this.#pinger);
      this.#comeBack(event);
    };
  }

  /** Sends a message; false when there is no connection to send it by. */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #received(message) {
    if (message.type === "pong") {
      this.#emit("latency", performance.now() - message.at);
    } else {
      this.#emit("message", message);
    }
  }

  #ping() {
    this.send({ type: "ping", at: performance.now() });
  }

  #comeBack(event) {
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures++);
    const delay = longest * (0.5 + Math.random() / 2);
    const why = event.reason ? `${event.code}, ${event.reason}` : event.code;
    this.#tell("down", `Closed (${why}); trying again in ${Math.max(1, Math.round(delay / 1000))} s`);
    this.#retry = setTimeout(() => this.open(), delay);
  }

  #tell(kind, text) {
    this.#emit("state", { kind, text });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
