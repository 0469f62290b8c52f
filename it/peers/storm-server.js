// A server of npm's `ws` whose handshakes cost CPU, as a look at a token and a database do. Usage: node storm-server.js [--cost MILLIS]
// [--port N]. Prints `listening PORT`; on a line `stats` it prints `stats JSON`: handshakes begun, those whose client was gone when they
// were done, the most in one second, and how many are connected.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const { values: flags } = parseArgs({
  options: { port: { type: 'string', default: '0' }, cost: { type: 'string', default: '3' } },
});
const stats = { handshakes: 0, wasted: 0, most: 0, connected: 0 };
let second = 0;
let inSecond = 0;

function work(info, done) {
  stats.handshakes++;
  const now = Date.now();
  if (Math.floor(now / 1000) !== second) {
    second = Math.floor(now / 1000);
    inSecond = 0;
  }
  stats.most = Math.max(stats.most, ++inSecond);
  const end = performance.now() + Number(flags.cost);
  while (performance.now() < end);
  // What has come meanwhile is seen first, such as that the client is gone.
  setImmediate(() => {
    if (info.req.socket.destroyed || info.req.socket.readableEnded) stats.wasted++;
    done(true);
  });
}

const server = createServer();
const sockets = new WebSocketServer({ server, verifyClient: work, perMessageDeflate: false });
sockets.on('connection', (ws) => {
  stats.connected++;
  ws.on('close', () => stats.connected--);
  ws.on('error', () => {});
});
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'stats') console.log(`stats ${JSON.stringify(stats)}`);
  if (line === 'cut') for (const ws of sockets.clients) ws.terminate();
});
server.listen({ port: Number(flags.port), host: '127.0.0.1', backlog: 4096 }, () => console.log(`listening ${server.address().port}`));
