// Connects to a chat server that wants tokens. Usage: node chat-auth.js URL TOKEN
// Ends with 0 when all came as it should, else with what did not.
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';

const [url, token] = process.argv.slice(2);

// What becomes of a connection: what it is told first, or why it was refused.
function outcome(auth) {
  const socket = io(new URL('/chat', url).href, { auth, forceNew: true, reconnection: false });
  return new Promise((resolve) => {
    socket.on('connect_error', (e) => resolve({ refused: e.message }));
    socket.on('connection_established', (hello) => resolve({ name: hello.user.name }));
    socket.on('goodbye', (message) => resolve({ goodbye: message.reason, reconnect: message.reconnect }));
  }).finally(() => socket.close());
}

assert.deepEqual(await outcome({ token }), { name: 'ann' });
assert.deepEqual(await outcome({ token: `${token.slice(0, -4)}AAAA` }), { refused: 'The token is not one of ours.' });
assert.deepEqual(await outcome({ token: 5 }), { refused: 'A token is needed.' });
assert.deepEqual(await outcome(undefined), { goodbye: 'A token is needed.', reconnect: false });
console.log('done');
process.exit(0);
