// Many clients of npm's `ws` that send numbered messages and check what comes: every answer once, every push once and in order.
// Usage: node moving-client.js URL [--connections N] [--every MILLIS] [--from ADDRESS]
// A tenth compress, a fifth send in fragments, a twentieth read nothing for seconds at a time. Prints `open N` when all are open; on a
// line `stop` it stops to send, waits for what is due, and prints `result JSON`.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const { values: flags, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '100' },
    every: { type: 'string', default: '2000' },
    from: { type: 'string' },
  },
});
const count = Number(flags.connections);
const every = Number(flags.every);
const result = { connections: count, sent: 0, answers: 0, pushes: 0, repeated: 0, disorder: 0, disconnects: 0, closes: {}, unanswered: 0 };
const users = [];
let sending = true;

function receive(user, data) {
  const message = JSON.parse(data);
  if (message.answer !== undefined) {
    if (!user.due.delete(message.answer)) result.repeated++;
    else result.answers++;
    return;
  }
  result.pushes++;
  // Each backend counts anew; a backend's pushes come one after the other, and never after those of the next backend.
  if (message.push !== 1 && (user.by !== message.by || message.push !== user.push + 1)) result.disorder++;
  user.by = message.by;
  user.push = message.push;
}

function send(user) {
  if (!sending || user.ws.readyState !== WebSocket.OPEN) return;
  const text = JSON.stringify({ n: ++user.n, pad: 'x'.repeat(Math.random() < 0.05 ? 20_000 : 80) });
  user.due.add(user.n);
  result.sent++;
  if (user.fragments) {
    const middle = text.length >> 1;
    user.ws.send(text.slice(0, middle), { fin: false });
    user.ws.send(text.slice(middle), { fin: true });
  } else {
    user.ws.send(text);
  }
  setTimeout(() => send(user), every * (0.5 + Math.random()));
}

async function dawdle(user) {
  while (sending) {
    await sleep(2000 + Math.random() * 3000);
    user.ws.pause();
    await sleep(1000 + Math.random() * 2000);
    user.ws.resume();
  }
}

async function open(i) {
  const compress = i % 10 === 1;
  const ws = new WebSocket(url, { perMessageDeflate: compress && { threshold: 0 }, localAddress: flags.from, maxPayload: 64 << 20 });
  const user = { ws, n: 0, due: new Set(), push: 0, by: '', fragments: i % 5 === 2 };
  ws.on('message', (data) => receive(user, data));
  ws.on('close', (code) => {
    if (user.leaving) return;
    result.disconnects++;
    result.closes[code] = (result.closes[code] ?? 0) + 1;
  });
  ws.on('error', () => {});
  await once(ws, 'open');
  users.push(user);
  setTimeout(() => send(user), Math.random() * every);
  if (i % 20 === 3) dawdle(user);
}

for (let i = 0; i < count; i += 50) {
  await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, k) => open(i + k)));
}
console.log(`open ${count}`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'stop') continue;
  sending = false;
  for (let i = 0; i < 100 && users.some((user) => user.due.size > 0); i++) await sleep(100);
  result.unanswered = users.reduce((sum, user) => sum + user.due.size, 0);
  // What was pushed last arrives too.
  for (const user of users) {
    user.leaving = true;
    user.ws.close(1000);
  }
  for (let i = 0; i < 50 && users.some((user) => user.ws.readyState !== WebSocket.CLOSED); i++) await sleep(100);
  console.log(`result ${JSON.stringify(result)}`);
  process.exit(0);
}
