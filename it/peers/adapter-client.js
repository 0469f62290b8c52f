// Clients of adapter-server.js: each sends one message after the other, waits for its answer, and pauses for up to three seconds.
// Usage: node adapter-client.js URL [CLIENTS]. Prints `open`; on a line `stop` it waits for the last answers, and prints `result JSON`: how many
// answers came, how many of them did not count on by one, and how many were told that they were resumed.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const [url, clients = '40'] = process.argv.slice(2);
const result = { answers: 0, wrong: 0, resumed: 0, disconnects: 0 };
let sending = true;

async function talk() {
  const ws = new WebSocket(url);
  let seen = 0;
  let due = false;
  let over = () => {};
  let timer;
  // Never two at a time: their answers might come in another order.
  const sendIn = (millis) => {
    clearTimeout(timer);
    timer = setTimeout(send, millis);
  };
  const send = () => {
    if (!sending) return over();
    due = true;
    ws.send(JSON.stringify({ say: 'something' }));
  };
  ws.on('message', (data) => {
    const message = JSON.parse(data);
    if (message.type === 'resumed') {
      result.resumed++;
      if (message.seen !== seen + (due ? 1 : 0) && message.seen !== seen) result.wrong++;
      seen = message.seen;
      if (due) {
        due = false;
        sendIn(1000); // it may be answered all the same
      }
      return;
    }
    result.answers++;
    if (message.seen !== ++seen) result.wrong++;
    due = false;
    sendIn(Math.random() * 3000);
  });
  ws.on('close', () => {
    result.disconnects++;
    over();
  });
  await once(ws, 'open');
  sendIn(Math.random() * 3000);
  return new Promise((done) => {
    over = done;
  });
}

const talks = Array.from({ length: Number(clients) }, talk);
console.log('open');
createInterface({ input: process.stdin }).on('line', async () => {
  sending = false;
  await Promise.all(talks);
  console.log(`result ${JSON.stringify(result)}`);
  process.exit();
});
