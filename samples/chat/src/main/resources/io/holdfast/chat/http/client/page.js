import { HoldfastClient } from "./holdfast-client.js";
import { Rooms } from "./rooms.js";

const TYPING_EVERY = 2_000;
const TYPING_LASTS = 3_000;
const EARLIER = 50;
const $ = (id) => document.getElementById(id);
const stored = (key) => localStorage.getItem(`chat.${key}`);
const store = (key, value) => localStorage.setItem(`chat.${key}`, value);

$("name").value = stored("name") ?? "";
$("transports").value = stored("transports") ?? $("transports").value;
// There is no room for it on a phone until somebody asks.
$("details").open = matchMedia("(min-width: 46rem)").matches;

const client = new HoldfastClient({
  name: $("name").value || undefined,
  token: new URLSearchParams(location.search).get("token") ?? undefined,
  anonymous: true,
  transports: $("transports").value.split(","),
});
const typists = new Map(); // by name: a timer
let connections = 0;
let typedAt = -Infinity;

const rooms = new Rooms((name) => {
  client.join(name);
  $("room").textContent = name;
  document.title = `${name} – Chat`;
  typists.forEach(clearTimeout);
  typists.clear();
  showTyping();
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  store("rooms", rooms.names.join(" "));
});

const STATES = {
  connecting: () => "Connecting …",
  open: () => "Connected",
  waiting: ({ code, reason, delay }) => `Closed (${reason ? `${code}, ${reason}` : code}); again in ${(delay / 1000).toFixed(1)} s`,
  closed: ({ code, reason }) => (code === 1000 ? "Closed" : `Closed for good (${reason ? `${code}, ${reason}` : code})`),
};

client.addEventListener("state", ({ detail }) => {
  $("state").dataset.kind = detail.state;
  $("state-text").textContent = STATES[detail.state](detail);
  if (detail.state !== "open") {
    $("latency").textContent = "–";
    return;
  }
  if ($("backend").textContent !== detail.node && connections > 0) {
    note(`Now served by ${detail.node}`);
  }
  $("connections").textContent = ++connections;
  $("backend").textContent = detail.node;
  $("transport").textContent = detail.transport === "socketio" ? "Socket.IO" : "WebSocket";
  $("name").placeholder = detail.user.name;
  showGateway();
});

/** A gateway may say who it is in what it answers; a page cannot see its own handshake. */
async function showGateway() {
  try {
    $("gateway").textContent = (await fetch("health")).headers.get("X-Gateway") ?? "none";
  } catch {
    $("gateway").textContent = "–";
  }
}

client.addEventListener("said", ({ detail }) => {
  const room = rooms.get(detail.room);
  if (!room) return;
  const yours = detail.fromId === client.state.user.id;
  room.conversation.said(detail, yours);
  if (!detail.early && !yours && detail.room !== rooms.current && room.news < 99) room.news++;
  rooms.showNews();
  if (typists.delete(detail.from)) showTyping();
});

client.addEventListener("members", ({ detail }) => {
  const room = rooms.get(detail.room);
  if (!room) return;
  room.members = new Map(detail.members.map((member) => [`${member.node}/${member.id}`, member]));
  rooms.showMembers();
});

client.addEventListener("presence", ({ detail: { room: name, event, member, previous } }) => {
  const room = rooms.get(name);
  if (!room) return;
  if (previous) room.members.delete(`${previous.node}/${previous.id}`);
  if (event === "left") room.members.delete(`${member.node}/${member.id}`);
  else room.members.set(`${member.node}/${member.id}`, member);
  rooms.showMembers();
});

client.addEventListener("typing", ({ detail: { room, member } }) => {
  if (room !== rooms.current || member.id === client.state.user.id) return;
  clearTimeout(typists.get(member.name));
  typists.set(member.name, setTimeout(() => typists.delete(member.name) && showTyping(), TYPING_LASTS));
  showTyping();
});

function showTyping() {
  const names = [...typists.keys()];
  $("typing").textContent =
    names.length === 0 ? "" : names.length === 1 ? `${names[0]} is typing …` : `${names.length} people are typing …`;
}

client.addEventListener("notice", ({ detail }) => note(detail.message));

client.addEventListener("error", ({ detail: { room, message } }) => {
  if (room) removed(room);
  note(room ? `${room}: ${message}` : message);
});

function note(text) {
  rooms.get(rooms.current).conversation.note(text);
}

function removed(room) {
  rooms.remove(room);
  store("rooms", rooms.names.join(" "));
}

client.addEventListener("latency", ({ detail }) => {
  $("latency").textContent = detail < 10 ? `${detail.toFixed(1)} ms` : `${Math.round(detail)} ms`;
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  const { conversation } = rooms.get(rooms.current);
  const { id, answer } = client.say(rooms.current, text);
  conversation.pending(id, text);
  answer.catch((error) => conversation.refused(id, error.message));
});

$("text").addEventListener("input", () => {
  if (performance.now() - typedAt < TYPING_EVERY) return;
  typedAt = performance.now();
  client.typing(rooms.current);
});

$("name").addEventListener("change", () => {
  store("name", $("name").value.trim());
  client.rename($("name").value.trim() || undefined);
});

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  rooms.select($("room-name").value);
  $("room-name").value = "";
  $("text").focus();
});

$("leave").addEventListener("click", () => {
  client.leave(rooms.current);
  removed(rooms.current);
});

$("messages").addEventListener("scroll", async () => {
  const { conversation } = rooms.get(rooms.current);
  const before = conversation.oldest;
  if ($("messages").scrollTop > 0 || !(before > 1) || conversation.asking) return;
  conversation.asking = true;
  try {
    const older = await client.history(rooms.current, before, EARLIER);
    for (const said of older.reverse()) conversation.said(said, said.fromId === client.state.user.id);
  } catch {
    // It is asked for again by the next attempt to scroll.
  }
  conversation.asking = false;
});

$("transports").addEventListener("change", () => {
  store("transports", $("transports").value);
  client.change({ transports: $("transports").value.split(",") });
});
$("reconnect").addEventListener("click", () => client.change({}));

const first = decodeURIComponent(location.hash.slice(1)) || "lobby";
client.join(first);
for (const name of new Set([...(stored("rooms") ?? "").split(" ").filter(Boolean), first])) {
  rooms.add(name);
  client.join(name);
}
rooms.select(first);
client.connect();
