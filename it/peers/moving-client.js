// Many clients of npm's `ws` that send numbered messages, and note what comes. Usage:
// node moving-client.js URL [--connections N] [--every MILLIS] [--from ADDRESS] [--ledger FILE]
// A tenth compress, a fifth send in fragments, a twentieth read nothing for seconds at a time. Each names itself in its query. Prints
// `open N` when all are open; on a line `stop` it stops to send, waits for what is due, and prints `result JSON`. `moving-count.js` tells
// what was lost, repeated or reordered.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { ledger } from './ledger.js';

const { values: flags, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '100' },
    every: { type: 'string', default: '2000' },
    from: { type: 'string' },
    ledger: { type: 'string' },
  },
});
const count = Number(flags.connections);
const every = Number(flags.every);
const note = ledger(flags.ledger);
const result = { connections: count, disconnects: 0, closes: {}, cut: 0 };
const users = [];
let sending = true;

function receive(user, data) {
  const message = JSON.parse(data);
  note('heard', user.name, message.by, message.k);
  user.due.delete(message.answer);
}

function send(user) {
  if (!sending || user.ws.readyState !== WebSocket.OPEN) return;
  const text = JSON.stringify({ n: ++user.n, pad: 'x'.repeat(Math.random() < 0.05 ? 20_000 : 80) });
  user.due.add(user.n);
  note('sent', user.name, user.n);
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
    if (!sending) return;
    user.ws.pause();
    await sleep(1000 + Math.random() * 2000);
    user.ws.resume();
  }
}

/** Whether the stream has ended in the middle of a frame, where nobody can send a Close. */
const insideOfFrame = ({ _receiver: at }) => at?._state > 0 || at?._bufferedBytes > 0;

async function open(i) {
  const compress = i % 10 === 1;
  const name = `${process.pid}-${i}`;
  const to = new URL(url);
  to.searchParams.set('client', name);
  const ws = new WebSocket(to, { perMessageDeflate: compress && { threshold: 0 }, localAddress: flags.from, maxPayload: 64 << 20 });
  const user = { ws, name, n: 0, due: new Set(), fragments: i % 5 === 2 };
  ws.on('message', (data) => receive(user, data));
  ws.on('close', (code) => {
    if (user.leaving) return;
    result.disconnects++;
    result.closes[code] = (result.closes[code] ?? 0) + 1;
    if (code === 1006 && insideOfFrame(ws)) result.cut++;
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
  // Who reads nothing when the connection ends may be reset with what it has not read.
  for (const user of users) user.ws.resume();
  for (let i = 0; i < 100 && users.some((user) => user.due.size > 0); i++) await sleep(100);
  // What was pushed last arrives too.
  for (const user of users) {
    user.leaving = true;
    user.ws.close(1000);
  }
  for (let i = 0; i < 150 && users.some((user) => user.ws.readyState !== WebSocket.CLOSED); i++) await sleep(100);
  console.log(`result ${JSON.stringify(result)}`);
  process.exit(0);
}
