// A server of npm's `ws` as ordinary ones are: answers each message after 0 to 200 ms, pushes messages of its own, and drops what it
// still works on when a Close comes. Usage: node moving-server.js NAME [--port N] [--push MILLIS] [--refuse SHARE] [--mute]
// [--pong MILLIS] [--insist]. With --refuse it answers a share of the handshakes with 503, with --mute no message, with --pong Pings late,
// with --insist it agrees to compression with a context alone.
// Prints `listening PORT`. On a line `stats` it prints `stats JSON`, on `restart` it closes all with 1012.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const { values: flags, positionals: [name] } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '0' }, push: { type: 'string', default: '4000' },
    refuse: { type: 'string', default: '0' },
    mute: { type: 'boolean', default: false },
    pong: { type: 'string', default: '0' },
    insist: { type: 'boolean', default: false },
  },
});

const stats = { name, connections: 0, received: 0, disorder: 0, answered: 0, pushed: 0, resumed: {}, closes: {} };
const server = createServer();
const verifyClient = (info, done) => (Math.random() < Number(flags.refuse) ? done(false, 503, 'broken') : done(true));
const late = Number(flags.pong);
const sockets = new WebSocketServer({
  server, verifyClient, perMessageDeflate: { threshold: 0 }, maxPayload: 64 << 20, autoPong: late === 0,
});

sockets.on('headers', (headers) => {
  const at = headers.findIndex((line) => /^sec-websocket-extensions:/i.test(line));
  if (flags.insist && at >= 0) headers[at] = 'Sec-WebSocket-Extensions: permessage-deflate';
});

sockets.on('connection', (ws, request) => {
  stats.connections++;
  const resume = request.headers['holdfast-resume'] ?? 'new';
  stats.resumed[resume] = (stats.resumed[resume] ?? 0) + 1;
  let last = 0;
  let pushes = 0;
  if (late > 0) ws.on('ping', (data) => setTimeout(() => ws.readyState === ws.OPEN && ws.pong(data), late));
  ws.on('message', (data) => {
    const { n } = JSON.parse(data);
    stats.received++;
    if (flags.mute) return;
    if (n <= last) stats.disorder++;
    last = n;
    setTimeout(() => {
      if (ws.readyState !== ws.OPEN) return;
      stats.answered++;
      ws.send(JSON.stringify({ answer: n }));
    }, Math.random() * 200);
  });
  const push = () => {
    if (ws.readyState !== ws.OPEN) return;
    stats.pushed++;
    const text = JSON.stringify({ push: ++pushes, by: name, pad: 'p'.repeat(Math.random() < 0.05 ? 20_000 : 100) });
    const middle = text.length >> 1;
    ws.send(text.slice(0, middle), { fin: false });
    ws.send(text.slice(middle), { fin: true });
    timer = setTimeout(push, next());
  };
  const next = () => Number(flags.push) * (0.5 + Math.random());
  let timer = setTimeout(push, next());
  ws.on('close', (code) => {
    clearTimeout(timer);
    stats.closes[code] = (stats.closes[code] ?? 0) + 1;
  });
  ws.on('error', () => {});
});

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'stats') console.log(`stats ${JSON.stringify(stats)}`);
  if (line === 'restart') for (const ws of sockets.clients) ws.close(1012, 'restart');
});
server.listen({ port: Number(flags.port), host: '127.0.0.1', backlog: 4096 }, () => console.log(`listening ${server.address().port}`));
