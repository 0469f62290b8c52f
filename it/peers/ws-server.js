// A server of npm's `ws` with one behaviour per path. Usage: node ws-server.js [--cert FILE --key FILE] [--forgetful]
// Prints `listening PORT`, and `closed URL CODE REASON` at the end of each connection.
import { createServer as createPlain } from 'node:http';
import { createServer as createTls } from 'node:https';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { block } from './blocks.js';
import { page } from './page.js';

const { values: flags } = parseArgs({
  options: { cert: { type: 'string' }, key: { type: 'string' }, forgetful: { type: 'boolean' } },
});

// Every message by itself, and from a small window.
const forgetful = { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9 };

// Compresses everything, also a single byte, so that whatever could go wrong with it does.
const sockets = new WebSocketServer({
  noServer: true,
  maxPayload: 64 << 20,
  perMessageDeflate: { threshold: 0, ...(flags.forgetful && forgetful) },
  handleProtocols: (offered) => (offered.has('chat.v2') ? 'chat.v2' : false),
});

const behaviours = {
  '/echo': (ws) => ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })),
  '/bytes-read': (ws) => ws.on('message', (data) => ws.send(`${data.length} ${ws._socket.bytesRead}`)),
  '/speaks-first': (ws) => ws.send('first'),
  '/headers': (ws, url, request) => ws.send(JSON.stringify(request.headers)),
  '/close': (ws, url) => {
    const code = url.searchParams.get('code');
    ws.close(code ? Number(code) : undefined, url.searchParams.get('reason') ?? '');
  },
  '/vanish': (ws) => ws.on('message', () => ws.terminate()),
  '/ping': (ws, url) => {
    ws.on('pong', (data) => ws.send(`pong ${data}`));
    ws.ping(url.searchParams.get('payload'));
  },
  '/flood': (ws, url) => flood(ws, Number(url.searchParams.get('blocks'))),
  '/sink': (ws, url) => sink(ws, Number(url.searchParams.get('blocks'))),
};

// Sends numbered blocks as fast as the other side takes them; `sent N` follows what has left this process.
async function flood(ws, count) {
  for (let i = 0; i < count; i++) {
    await new Promise((done) => ws.send(block(i), { compress: false }, done));
    console.log(`sent ${i + 1}`);
  }
  ws.close(1000, 'all sent');
}

// Reads nothing until a line comes on standard input, then all, and compares it.
function sink(ws, count) {
  let next = 0;
  ws.on('message', (data) => {
    if (!data.equals(block(next++))) ws.close(4000, `block ${next - 1} is not as it was sent`);
    else if (next === count) ws.close(1000, 'all received');
  });
  ws.pause();
  console.log('paused');
  process.stdin.once('data', () => ws.resume());
}

function refuse(socket, url) {
  const status = Number(url.searchParams.get('status'));
  const body = `refused with ${status}`;
  const lines = [`HTTP/1.1 ${status} No`, 'X-Reason: because', 'Content-Type: text/plain', `Content-Length: ${body.length}`];
  if (status === 302) lines.push('Location: /elsewhere');
  if (status === 401) lines.push('WWW-Authenticate: Bearer');
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function upgrade(request, socket, head) {
  const url = new URL(request.url, 'ws://here');
  if (url.pathname === '/refuse') return refuse(socket, url);
  // One packet for the 101 and what the behaviour says at once.
  socket.cork();
  sockets.handleUpgrade(request, socket, head, (ws) => {
    ws.on('close', (code, reason) => console.log(`closed ${request.url} ${code} ${reason}`));
    ws.on('error', (e) => console.log(`error ${request.url} ${e.message}`));
    behaviours[url.pathname](ws, url, request);
  });
  socket.uncork();
}

function serve(request, response) {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(page);
}

const server = flags.cert
  ? createTls({ cert: readFileSync(flags.cert), key: readFileSync(flags.key) }, serve)
  : createPlain(serve);
server.on('upgrade', upgrade);
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
