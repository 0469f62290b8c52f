// Opens a page in headless Chromium and prints what its promise `result` resolves to, as JSON.
// Usage: node browser.js URL [PROFILE]; needs `chromium` on the path.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const url = process.argv[2];
const profile = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-proxy-server',
  '--remote-debugging-port=0',
  `--user-data-dir=${profile}`,
  'about:blank',
];
const chromium = spawn('chromium', flags, { stdio: ['ignore', 'ignore', 'pipe'] });

async function devTools() {
  for await (const line of createInterface({ input: chromium.stderr })) {
    const found = /^DevTools listening on ws:\/\/([^/]+)\//.exec(line);
    if (found) return found[1];
  }
  throw new Error('Chromium ended before it was there');
}

/** One open tab: `ask` sends a command of the DevTools protocol, `event` waits for an event. */
async function tab(host) {
  const targets = await (await fetch(`http://${host}/json/list`)).json();
  const socket = new WebSocket(targets.find((t) => t.type === 'page').webSocketDebuggerUrl);
  await once(socket, 'open');
  const waiting = new Map();
  let last = 0;
  socket.on('message', (data) => {
    const { id, method, result, error } = JSON.parse(data);
    waiting.get(id ?? method)?.(result ?? error);
    waiting.delete(id ?? method);
  });
  const wait = (key) => new Promise((resolve) => waiting.set(key, resolve));
  return {
    event: wait,
    ask(method, params = {}) {
      const answer = wait(++last);
      socket.send(JSON.stringify({ id: last, method, params }));
      return answer;
    },
  };
}

try {
  const page = await tab(await devTools());
  await page.ask('Page.enable');
  const loaded = page.event('Page.loadEventFired');
  await page.ask('Page.navigate', { url });
  await loaded;
  const answer = await page.ask('Runtime.evaluate', { expression: 'result', awaitPromise: true, returnByValue: true });
  console.log(answer.result?.value ? `result ${JSON.stringify(answer.result.value)}` : JSON.stringify(answer));
} finally {
  // Standard error is closed when its last helper process is gone, and nobody writes into the profile any more.
  const ended = once(chromium, 'close');
  chromium.stderr.resume();
  chromium.kill();
  await ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 20 });
}
process.exit(0);
