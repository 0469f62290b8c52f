// Scenarios for a client of npm's `ws`. Usage: node ws-client.js SCENARIO URL [ARGUMENT...]
// Ends with 0 when all came as it should, else with the assertion that failed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { block, noise, prose } from './blocks.js';

const sizes = [1, 125, 126, 65_535, 65_536, 1 << 20, 5 << 20];

async function open(url, options = {}, protocols = []) {
  const ws = new WebSocket(url, protocols, { maxPayload: 64 << 20, ...options });
  await once(ws, 'open');
  return ws;
}

async function message(ws) {
  const [data, isBinary] = await once(ws, 'message');
  return isBinary ? data : data.toString();
}

async function closed(ws) {
  const [code, reason] = await once(ws, 'close');
  return { code, reason: reason.toString() };
}

async function echo(ws, payload) {
  const answer = message(ws);
  ws.send(payload);
  assert.deepEqual(await answer, payload);
}

async function echoes(url, perMessageDeflate) {
  const ws = await open(url, { perMessageDeflate });
  assert.equal(ws.extensions, perMessageDeflate ? 'permessage-deflate' : '');
  for (const size of sizes) {
    await echo(ws, prose(size));
    await echo(ws, noise(size));
  }
  await fragments(ws);
  ws.close(1000);
  await closed(ws);
}

async function fragments(ws) {
  const parts = [noise(3), noise(70_000, 2), Buffer.alloc(0), noise(200, 3)];
  const answer = message(ws);
  parts.forEach((part, i) => {
    ws.send(part, { fin: i === parts.length - 1 });
    ws.ping('between');
  });
  assert.deepEqual(await answer, Buffer.concat(parts));
}

// A repeated payload that does not compress by itself is nearly free only if both sides remember the one before.
async function contextTakeover(url) {
  const ws = await open(url, { perMessageDeflate: { threshold: 0 } });
  const payload = noise(10_000);
  await echo(ws, payload);
  const { bytesRead, bytesWritten } = ws._socket;
  await echo(ws, payload);
  assert.ok(ws._socket.bytesWritten - bytesWritten < 500, 'the client forgot the first message');
  assert.ok(ws._socket.bytesRead - bytesRead < 500, 'the server forgot the first message');
  ws.close(1000);
  await closed(ws);
}

async function noContextTakeover(url) {
  const offer = { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true };
  const ws = await open(url, { perMessageDeflate: offer });
  for (let i = 0; i < 20; i++) await echo(ws, prose(5000 + i));
  ws.close(1000);
  await closed(ws);
}

async function pings(url) {
  const ws = await open(url);
  for (const payload of ['', 'x', 'p'.repeat(125)]) {
    const pong = once(ws, 'pong');
    ws.ping(payload);
    assert.equal((await pong)[0].toString(), payload);
  }
  ws.close(1000);
  await closed(ws);
}

async function serverPing(url, payload) {
  const ws = new WebSocket(`${url}?payload=${payload}`);
  const ping = once(ws, 'ping');
  assert.equal((await ping)[0].toString(), payload);
  assert.equal(await message(ws), `pong ${payload}`);
  ws.close(1000);
  await closed(ws);
}

async function clientCloses(url, code, reason) {
  const ws = await open(url);
  ws.close(code ? Number(code) : undefined, reason);
  assert.deepEqual(await closed(ws), { code: Number(code || 1005), reason });
}

async function serverCloses(url, code, reason) {
  const ws = new WebSocket(`${url}?code=${code}&reason=${encodeURIComponent(reason)}`);
  assert.deepEqual(await closed(ws), { code: Number(code || 1005), reason });
}

async function protocols(url) {
  const chosen = await open(url, {}, ['chat.v1', 'chat.v2']);
  assert.equal(chosen.protocol, 'chat.v2');
  const none = await open(url);
  assert.equal(none.protocol, '');
  for (const ws of [chosen, none]) ws.terminate();
  // This client fails when a server chooses none of those it offered.
  await assert.rejects(open(url, {}, ['chat.v1']), /subprotocol/);
}

async function speaksFirst(url) {
  for (let i = 0; i < 20; i++) {
    const ws = new WebSocket(url);
    assert.equal(await message(ws), 'first');
    ws.close(1000);
    await closed(ws);
  }
}

async function headers(url) {
  const ws = new WebSocket(url, { headers: { 'X-Custom': 'one', Authorization: 'Bearer abc' }, origin: 'https://page.test' });
  const seen = JSON.parse(await message(ws));
  assert.equal(seen['x-custom'], 'one');
  assert.equal(seen.authorization, 'Bearer abc');
  assert.equal(seen.origin, 'https://page.test');
  assert.equal(seen['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen['x-forwarded-proto'], 'http');
  assert.equal(seen.host, new URL(url).host);
  ws.close(1000);
  await closed(ws);
}

async function refused(url, status, header, value) {
  const ws = new WebSocket(`${url}?status=${status}`);
  const [request, response] = await once(ws, 'unexpected-response');
  const body = (await response.toArray()).join('');
  assert.equal(response.statusCode, Number(status));
  assert.equal(body, `refused with ${status}`);
  assert.equal(response.headers['x-reason'], 'because');
  if (header) assert.equal(response.headers[header], value);
  request.destroy();
}

// Reads nothing until a line comes on standard input, then all, and compares it.
async function slow(url, blocks) {
  const ws = new WebSocket(`${url}?blocks=${blocks}`, { perMessageDeflate: false });
  let count = 0;
  ws.on('message', (data) => assert.ok(data.equals(block(count++)), `block ${count - 1} is not as it was sent`));
  const end = closed(ws);
  await once(ws, 'open');
  ws.pause();
  console.log('paused');
  await once(process.stdin, 'data');
  ws.resume();
  assert.deepEqual(await end, { code: 1000, reason: 'all sent' });
  assert.equal(count, Number(blocks));
}

async function tls(url, ca) {
  const ws = await open(url, { ca: readFileSync(ca) });
  await echo(ws, prose(100_000));
  await echo(ws, noise(2 << 20));
  ws.close(4000, 'over TLS');
  assert.deepEqual(await closed(ws), { code: 4000, reason: 'over TLS' });
}

const scenarios = {
  clientCloses,
  compressed: (url) => echoes(url, { threshold: 0 }),
  contextTakeover,
  headers,
  noContextTakeover,
  pings,
  plain: (url) => echoes(url, false),
  protocols,
  refused,
  serverCloses,
  serverPing,
  slow,
  speaksFirst,
  tls,
};

const [name, url, ...rest] = process.argv.slice(2);
await scenarios[name](url, ...rest);
console.log('done');
process.exit(0);
