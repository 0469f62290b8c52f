// Opens a connection of npm's `ws` every few milliseconds, says one message, waits for its answer, and closes. Usage:
// node knocking-client.js URL [--every MILLIS]. On a line `stop` it prints `result JSON`: how many went well, and how the others failed.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values: flags, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '20' } },
});
const result = { served: 0, failed: 0, failures: {} };
let under = 0;

function knock() {
  under++;
  const ws = new WebSocket(url);
  let served = false;
  const over = (why) => {
    if (why && !served) {
      result.failed++;
      result.failures[why] = (result.failures[why] ?? 0) + 1;
    }
  };
  ws.on('open', () => ws.send('{"n":1}'));
  ws.on('message', (data) => {
    if (served || JSON.parse(data).answer !== 1) return;
    served = true;
    result.served++;
    ws.close(1000);
  });
  const patience = setTimeout(() => {
    over('no answer');
    ws.terminate();
  }, 10_000);
  ws.on('error', (error) => over(error.message));
  ws.on('close', (code) => {
    if (!served && code !== 1006) over(`closed with ${code}`);
    clearTimeout(patience);
    under--;
  });
}

const timer = setInterval(knock, Number(flags.every));
console.log('knocking');
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'stop') continue;
  clearInterval(timer);
  while (under > 0) await new Promise((done) => setTimeout(done, 20));
  console.log(`result ${JSON.stringify(result)}`);
  process.exit(0);
}
