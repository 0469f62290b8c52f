// Two servers that run the adapter for Node of docs/migration.md as it stands there, over a store that both see.
// Usage: node adapter-server.js. Prints `listening PORT OTHER_PORT`; on a line `restart` the first closes all with 1012.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const page = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8');
const [, code] = page.match(/```js\n(sockets\.on\('connection'[\s\S]*?)```/);

const kept = new Map();
const slow = (act) => new Promise((done) => setTimeout(() => done(act()), 2));
const redis = {
  get: (key) => slow(() => kept.get(key) ?? null),
  set: (key, value) => slow(() => kept.set(key, value)),
};

// Answers with how many messages this client has ever sent, after a while.
function handle(ws, state) {
  const answer = JSON.stringify({ seen: ++state.seen });
  setTimeout(() => ws.send(answer), Math.random() * 100);
}

const servers = [0, 1].map(() => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  new Function('sockets', 'redis', 'handle', 'sleep', code)(sockets, redis, handle, sleep);
  return sockets;
});
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'restart') for (const ws of servers[0].clients) ws.close(1012, 'restart');
});
await Promise.all(servers.map((server) => new Promise((done) => server.on('listening', done))));
console.log(`listening ${servers.map((server) => server.address().port).join(' ')}`);
