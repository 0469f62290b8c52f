// Talks with the chat server by Socket.IO and by a plain WebSocket at once. Usage: node chat-client.js URL TRANSPORTS
// Ends with 0 when all came as it should, else with what did not.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

const [url, transports] = process.argv.slice(2);
const MESSAGES = 15;

const sio = io(new URL('/chat', url).href, {
  transports: transports.split(','), withCredentials: true, forceNew: true, reconnection: false,
});
const sioHeard = [];
sio.onAny((type, data) => sioHeard.push({ event: type, ...data }));
sio.on('connect_error', (e) => assert.fail(`${e.message}, ${e.description}`));

const raw = new WebSocket(new URL('/ws/chat/raw-1', url).href.replace(/^http/, 'ws'));
const rawHeard = [];
raw.on('message', (text) => rawHeard.push(JSON.parse(text)));
const tell = (message) => raw.send(JSON.stringify(message));

async function heard(list, like) {
  for (;;) {
    const found = list.find(like);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

await Promise.all([once(sio, 'connect'), once(raw, 'open')]);
const hello = await heard(sioHeard, (m) => m.type === 'connection_established');
assert.equal(hello.event, 'connection_established');
assert.equal(hello.connectionId, hello.user.id);

const arrival = await sio.timeout(10_000).emitWithAck('join', { room: 'lobby', name: 'Ann' });
assert.equal(arrival.type, 'message_response');
assert.deepEqual(arrival.members.map((m) => m.name), ['Ann']);

tell({ type: 'join', room: 'lobby', name: 'Bob', ref: 'j' });
const second = await heard(rawHeard, (m) => m.ref === 'j');
assert.deepEqual(second.members.map((m) => m.name), ['Ann', 'Bob']);
const came = await heard(sioHeard, (m) => m.type === 'presence' && m.member.name === 'Bob');
assert.equal(came.count, 2);

const acks = [];
for (let i = 0; i < MESSAGES; i++) {
  tell({ type: 'say', room: 'lobby', text: `b${i}` });
  acks.push(sio.timeout(10_000).emitWithAck('say', { room: 'lobby', text: `a${i}` }));
}
const own = await Promise.all(acks);
const said = (list) => list.filter((m) => m.type === 'message');
await Promise.all([sioHeard, rawHeard].map((list) => heard([list], (all) => said(all).length === 2 * MESSAGES)));
const order = said(rawHeard).map((m) => [m.sequence, m.from, m.text]);
assert.deepEqual(said(sioHeard).map((m) => [m.sequence, m.from, m.text]), order, 'both hear the same in one order');
assert.deepEqual(order.map(([sequence]) => sequence), Array.from({ length: 2 * MESSAGES }, (_, i) => i + 1));
assert.deepEqual(order.filter(([, from]) => from === 'Ann').map(([, , text]) => text),
  Array.from({ length: MESSAGES }, (_, i) => `a${i}`));
assert.deepEqual(own.map((ack) => ack.sequence), order.filter(([, from]) => from === 'Ann').map(([sequence]) => sequence));

sio.emit('say', { room: 'nowhere', text: 'x' });
assert.equal((await heard(sioHeard, (m) => m.event === 'error')).code, 'not_in_room');
const refused = await sio.timeout(10_000).emitWithAck('join', 'lobby');
assert.equal(refused.code, 'invalid_message');
assert.equal((await sio.timeout(10_000).emitWithAck('typing', { room: 'lobby' })).type, 'message_response');
await heard(rawHeard, (m) => m.type === 'typing');

sio.close();
const left = await heard(rawHeard, (m) => m.type === 'presence' && m.event === 'left');
assert.equal(left.member.name, 'Ann');
raw.close();
console.log('done');
process.exit(0);
