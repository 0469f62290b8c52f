import { Connection } from "./connection.js";

const MORE = 6;
const KEPT_MESSAGES = 200;
const $ = (id) => document.getElementById(id);

const room = new URLSearchParams(location.search).get("room") || "lobby";
const base = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
const extras = [];
let you = "";
let backend = "";

const connection = new Connection(
  () => `${base}${$("sticky").checked ? "/sticky" : ""}/room/${encodeURIComponent(room)}`,
);

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function add(line) {
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(line);
  while (list.childElementCount > KEPT_MESSAGES) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function note(text) {
  add(element("li", "note", text));
}

const on = {
  welcome(message) {
    if (message.backend !== backend) {
      note(backend ? `Moved from ${backend} to ${message.backend}` : `Served by ${message.backend}`);
    } else {
      note(`Again served by ${message.backend}`);
    }
    you = message.you;
    backend = message.backend;
    $("backend").textContent = backend;
    $("name").placeholder = you;
    mark();
  },

  said(message) {
    const line = element("li", message.yours ? "said yours" : "said", "");
    line.append(
      element("span", "from", message.from),
      element("span", "via", `via ${message.backend}`),
      element("p", "text", message.text),
    );
    add(line);
  },

  presence(message) {
    $("people").textContent = message.people === 1 ? "only you" : `${message.people} people`;
    const most = Math.max(1, ...message.backends.map((one) => one.connections));
    const list = $("backends");
    while (list.childElementCount < message.backends.length) {
      const bar = document.createElement("progress");
      bar.setAttribute("aria-hidden", "true");
      const row = document.createElement("li");
      row.append(element("span", "name", ""), bar, element("span", "count", ""));
      list.append(row);
    }
    message.backends.forEach(({ name, connections }, i) => {
      const [label, bar, count] = list.children[i].children;
      list.children[i].dataset.name = name;
      label.textContent = name;
      bar.max = most;
      bar.value = connections;
      count.textContent = connections;
    });
    mark();
  },
};

function mark() {
  for (const row of $("backends").children) {
    const mine = row.dataset.name === backend;
    row.classList.toggle("mine", mine);
    row.firstElementChild.textContent = mine ? `${row.dataset.name} (you)` : row.dataset.name;
  }
}

connection.addEventListener("message", ({ detail }) => on[detail.type]?.(detail));

connection.addEventListener("state", ({ detail }) => {
  $("state").dataset.kind = detail.kind;
  $("state-text").textContent = detail.text;
  if (detail.kind === "up") return;
  $("latency").textContent = "–";
});

connection.addEventListener("latency", ({ detail }) => {
  $("latency").textContent = detail < 10 ? `${detail.toFixed(1)} ms` : `${Math.round(detail)} ms`;
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  if (connection.send({ type: "say", from: $("name").value, text })) {
    $("text").value = "";
  } else {
    note("Not sent: there is no connection right now.");
  }
});

$("new-connection").addEventListener("click", () => connection.open());
$("sticky").addEventListener("change", () => connection.open());

$("more").addEventListener("click", () => {
  for (let i = 0; i < MORE; i++) {
    const extra = new WebSocket(`${base}/echo`);
    extra.onclose = () => {
      extras.splice(extras.indexOf(extra), 1);
      $("fewer").disabled = extras.length === 0;
    };
    extras.push(extra);
  }
  $("fewer").disabled = false;
});

$("fewer").addEventListener("click", () => extras.forEach((extra) => extra.close(1000)));

$("room").textContent = room;
connection.open();
