// A server of npm's `ws` as ordinary ones are: answers each message after 0 to 200 ms, pushes messages of its own, and drops what it
// still works on when a Close comes. Usage: node moving-server.js NAME [--host H] [--port N] [--push MILLIS] [--refuse SHARE] [--mute]
// [--pong MILLIS] [--insist] [--plain] [--most N] [--ledger FILE] [--fault lose|double|swap]. With --refuse it answers a share of the handshakes, evenly, with 503, with --mute
// no message, with --pong Pings late, with --insist it agrees to compression with a context alone, with --plain to none, with --most it has so many connections and answers 503 to
// more. With --fault a tenth of what it gets and says goes wrong. All that it says bears its connection's name and a number.
// A plain request is a download that ends on a line `finish`.
// Prints `listening PORT`. On a line `stats` it prints `stats JSON`, on `restart` it closes all with 1012, on `sick` it refuses all
// handshakes, and on `well` no more.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { faulty } from './faulty.js';
import { ledger, now } from './ledger.js';

const { values: flags, positionals: [name] } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '0' }, push: { type: 'string', default: '4000' },
    host: { type: 'string', default: '127.0.0.1' },
    refuse: { type: 'string', default: '0' },
    mute: { type: 'boolean', default: false },
    pong: { type: 'string', default: '0' },
    insist: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
    most: { type: 'string', default: 'Infinity' },
    ledger: { type: 'string' },
    fault: { type: 'string' },
  },
});

const stats = { name, connections: 0, resumed: {}, closes: {} };
const note = ledger(flags.ledger);
const downloads = new Set();
let refused = Number(flags.refuse);
const server = createServer((request, response) => {
  response.write('begin');
  downloads.add(response);
});
// Evenly, not by chance: five in a row would have the backend ejected.
let owed = 0;
const refuses = () => {
  owed += refused;
  if (owed < 1) return sockets.clients.size >= Number(flags.most);
  owed -= 1;
  return true;
};
const verifyClient = (info, done) => (refuses() ? done(false, 503, 'broken') : done(true));
const late = Number(flags.pong);
const sockets = new WebSocketServer({
  server, verifyClient, perMessageDeflate: flags.plain ? false : { threshold: 0 }, maxPayload: 64 << 20, autoPong: late === 0,
});

sockets.on('headers', (headers) => {
  const at = headers.findIndex((line) => /^sec-websocket-extensions:/i.test(line));
  if (flags.insist && at >= 0) headers[at] = 'Sec-WebSocket-Extensions: permessage-deflate';
});

sockets.on('connection', (ws, request) => {
  stats.connections++;
  const resume = request.headers['holdfast-resume'] ?? 'new';
  stats.resumed[resume] = (stats.resumed[resume] ?? 0) + 1;
  const by = `${name}-${process.pid}-${stats.connections}`;
  // Those of other scripts have no name, and no ledger.
  const client = new URL(request.url, 'ws://localhost').searchParams.get('client');
  const record = client ? note : () => {};
  record('open', by, client, now());
  let k = 0;
  if (late > 0) ws.on('ping', (data) => setTimeout(() => ws.readyState === ws.OPEN && ws.pong(data), late));
  const say = faulty(flags.fault, (frames) => {
    frames.forEach((frame, i) => ws.send(frame, { fin: i === frames.length - 1 }));
  });
  const get = faulty(flags.fault, (data) => {
    const { n } = JSON.parse(data);
    record('got', by, n, now());
    if (flags.mute) return;
    setTimeout(() => {
      if (ws.readyState !== ws.OPEN) return record('late', by, n, now());
      record('said', by, ++k, 'answer', n);
      say([JSON.stringify({ answer: n, by, k })]);
    }, Math.random() * 200);
  });
  ws.on('message', get);
  const push = () => {
    if (ws.readyState !== ws.OPEN) return;
    record('said', by, ++k, 'push');
    const text = JSON.stringify({ push: true, by, k, pad: 'p'.repeat(Math.random() < 0.05 ? 20_000 : 100) });
    const middle = text.length >> 1;
    say([text.slice(0, middle), text.slice(middle)]);
    timer = setTimeout(push, next());
  };
  const next = () => Number(flags.push) * (0.5 + Math.random());
  let timer = setTimeout(push, next());
  ws.on('close', (code, reason) => {
    clearTimeout(timer);
    record('ended', by, `${reason}` === 'not moved' ? 'unused' : 'used');
    stats.closes[code] = (stats.closes[code] ?? 0) + 1;
  });
  ws.on('error', () => {});
});

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'stats') console.log(`stats ${JSON.stringify(stats)}`);
  if (line === 'finish') for (const response of downloads) response.end(' end');
  if (line === 'sick') refused = 1;
  if (line === 'well') refused = 0;
  if (line === 'restart') for (const ws of sockets.clients) ws.close(1012, 'restart');
});
server.listen({ port: Number(flags.port), host: flags.host, backlog: 4096 }, () => console.log(`listening ${server.address().port}`));
