// Many clients of npm's `ws` that all connect at once, give a try up after some seconds, and try again: after what `Retry-After` says, or a
// random time that doubles. Usage: node storm-client.js URL [--connections N] [--patience MILLIS] [--pause MILLIS] [--from ADDRESS]
// Prints `ready` at its start, begins on a line `go`, and prints `result JSON` when all are connected, or on a line `stop`. Who gets a Close
// comes back at once, or within a random part of `--pause`; `ends` and `returns` are the times of both, in milliseconds since the first Close. `retryAfter` counts the refusals by
// what their `Retry-After` says.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values: flags, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '1000' },
    patience: { type: 'string', default: '5000' },
    pause: { type: 'string', default: '0' },
    from: { type: 'string' },
  },
});
const count = Number(flags.connections);
const took = [];
const result = { connections: count, connected: 0, tries: 0, refused: 0, timeouts: 0, errors: {}, lost: 0, ends: [], returns: [],
  retryAfter: {} };
let began = 0;

let first = 0;
function note(times) {
  first ||= performance.now();
  times.push(Math.round(performance.now() - first));
}

function connect(attempt, back = false) {
  result.tries++;
  const ws = new WebSocket(url, { perMessageDeflate: false, localAddress: flags.from, handshakeTimeout: Number(flags.patience) });
  let again = 1000 * 2 ** Math.min(attempt, 5) * Math.random();
  let open = false;
  ws.on('unexpected-response', (request, response) => {
    result.refused++;
    const told = response.headers['retry-after'] ?? 'none';
    result.retryAfter[told] = (result.retryAfter[told] ?? 0) + 1;
    const after = Number(told);
    if (after > 0) again = after * 1000 * (0.9 + 0.2 * Math.random());
    response.resume();
    request.destroy();
    ws.terminate();
    setTimeout(() => connect(attempt + 1, back), again);
  });
  ws.on('open', () => {
    open = true;
    if (back) return note(result.returns);
    result.connected++;
    took.push(performance.now() - began);
    if (result.connected === count) report();
  });
  ws.on('close', (code) => {
    if (!open) return;
    result.lost++;
    if (code === 1012 && !back) {
      note(result.ends);
      setTimeout(() => connect(0, true), Number(flags.pause) * Math.random());
    }
  });
  ws.on('error', (error) => {
    if (open) return;
    if (/before the connection was established/.test(error.message)) return;
    if (/handshake has timed out/.test(error.message)) result.timeouts++;
    else result.errors[error.code ?? error.message] = (result.errors[error.code ?? error.message] ?? 0) + 1;
    setTimeout(() => connect(attempt + 1, back), again);
  });
}

function report() {
  took.sort((a, b) => a - b);
  const within = (share) => Math.round((took[Math.ceil(share * count) - 1] ?? Infinity) / 100) / 10;
  console.log(`result ${JSON.stringify({ ...result, half: within(0.5), most: within(0.99), all: within(1) })}`);
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'go') {
    began = performance.now();
    for (let i = 0; i < count; i++) connect(0);
  }
  if (line === 'stop') {
    report();
    process.exit(0);
  }
}
