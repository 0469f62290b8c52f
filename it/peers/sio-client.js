// Scenarios for Socket.IO clients. Usage: node sio-client.js SCENARIO URL [TRANSPORTS] [NODES]
// Ends with 0 when all came as it should, else with what did not.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { noise } from './blocks.js';

const [name, url, list = 'polling,websocket', nodeCount = '2'] = process.argv.slice(2);
// So many that chance leaves out one of the nodes less than once in a million times.
const count = 24 * (nodeCount - 1);
const transports = list.split(',');

// Every client is a browser of its own: `withCredentials` gives each a cookie jar in Node too; `user` says who it is.
function connect(options = {}) {
  const query = { user: randomUUID() };
  return io(url, { transports, query, withCredentials: true, forceNew: true, reconnection: false, ...options });
}

function connected(socket) {
  return new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', (e) => reject(new Error(`${e.message}, ${e.description}`)));
    socket.on('disconnect', (reason) => reject(new Error(`disconnected: ${reason}`)));
  });
}

async function connectAll() {
  return Promise.all(Array.from({ length: count }, () => connected(connect())));
}

function ask(socket, ...args) {
  return socket.timeout(20_000).emitWithAck(...args);
}

async function upgraded(socket) {
  const { engine } = socket.io;
  if (engine.transport.name !== 'websocket') await once(engine, 'upgrade');
}

// All nodes serve clients, each client stays with its own, and a room is known on its node only.
async function rooms() {
  const sockets = await connectAll();
  if (transports.length > 1) await Promise.all(sockets.map(upgraded));
  const last = transports.at(-1);
  assert.ok(sockets.every((s) => s.io.engine.transport.name === last), `not all clients use ${last}`);

  const nodes = await Promise.all(sockets.map((s) => ask(s, 'who')));
  assert.equal(new Set(nodes).size, Number(nodeCount), `only these nodes were used: ${nodes}`);
  await Promise.all(sockets.map((s, i) => talk(s, nodes[i])));

  const heard = sockets.map(() => []);
  sockets.forEach((s, i) => s.on('said', (text) => heard[i].push(text)));
  await Promise.all(sockets.map((s) => ask(s, 'join', 'lobby')));
  sockets.forEach((s, i) => s.emit('say', 'lobby', `from ${i}`));
  const expected = nodes.map((n) => nodes.flatMap((m, i) => (m === n ? [`from ${i}`] : [])).sort());
  while (heard.some((h, i) => h.length < expected[i].length)) await Promise.race(sockets.map((s) => once(s, 'said')));
  assert.deepEqual(heard.map((h) => h.sort()), expected);
  sockets.forEach((s) => s.off('disconnect').close());
}

async function talk(socket, node) {
  for (let i = 0; i < 10; i++) {
    assert.equal(await ask(socket, 'who'), node);
    assert.deepEqual(await ask(socket, 'echo', `text ${i}`, { list: [i] }), `text ${i}`);
  }
  const bytes = noise(100_000);
  assert.deepEqual(await ask(socket, 'echo', bytes), bytes);
}

// Without affinity a client's requests reach nodes that never heard of it; prints what the clients are told.
async function unknown() {
  const results = await Promise.allSettled(
    Array.from({ length: count }, () => {
      const socket = connect();
      const refused = new Promise((_, reject) => socket.io.on('open', () => socket.io.engine.on('close', (_, e) =>
        reject(new Error(`${e?.description}`)))));
      return Promise.race([connected(socket), refused]).finally(() => socket.close());
    }),
  );
  const failed = results.filter((r) => r.status === 'rejected');
  console.log(`failed ${failed.length} ${failed[0]?.reason.message}`);
}

// Comes back when its node goes; a line for each thing that happens, and `end` on standard input ends it.
async function stays() {
  const socket = connect({ reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 });
  socket.on('connect', async () => console.log(`connected ${await ask(socket, 'who')}`));
  socket.on('disconnect', (reason) => console.log(`disconnected ${reason}`));
  await once(process.stdin, 'data');
  socket.close();
}

await { rooms, stays, unknown }[name]();
console.log('done');
process.exit(0);
