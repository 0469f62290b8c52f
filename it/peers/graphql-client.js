// Clients of npm's `graphql-ws` with two subscriptions each, which never connect twice. Usage: node graphql-client.js URL CLIENTS
// Prints `at NAME` when all their values come from one server, and it was another before. Ends with 1 when one is disconnected, is answered a
// second connection_ack, or has a value that is not the next of its stream, or not of its own.
// On a line `stop` it prints `result JSON`: for each stream that was left for another, the last value of it.
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const [url, clients] = process.argv.slice(2);
const seen = {};
const now = new Map();
let at = '';

function fail(what) {
  console.log(`lost ${what?.code ?? what}`);
  process.exit(1);
}

function onValue(client, of, { stream, n }) {
  const [name, ...whose] = stream.split(' ');
  const key = `${client} ${of}`;
  if (whose.slice(0, 2).join(' ') !== key) fail(`${stream} came to ${key}`);
  const before = now.get(key)?.stream;
  // Of a stream that was left nothing comes any more.
  if (n !== (stream === before ? seen[stream] + 1 : 1)) fail(`value ${n} of ${stream} after ${seen[before]} of ${before}`);
  seen[stream] = n;
  now.set(key, { stream, name });
  if (name !== at && now.size === 2 * clients && [...now.values()].every((each) => each.name === name)) {
    at = name;
    console.log(`at ${at}`);
  }
}

async function watch(client, graphql, of) {
  for await (const { data, errors } of graphql.iterate({ query: `subscription { tick(of: "${of}") { stream n } }` })) {
    if (errors) fail(JSON.stringify(errors));
    onValue(client, of, data.tick);
  }
  fail(`the subscription ${client} ${of} has ended`);
}

for (let client = 0; client < clients; client++) {
  let acknowledged = 0;
  const graphql = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { token: 'let me in', client },
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: fail,
    on: {
      closed: fail,
      message: ({ type }) => {
        if (type === 'connection_ack' && ++acknowledged > 1) fail('a second connection_ack');
      },
    },
  });
  for (const of of ['one', 'other']) watch(client, graphql, of);
}
createInterface({ input: process.stdin }).on('line', () => {
  const left = { ...seen };
  for (const { stream } of now.values()) delete left[stream];
  console.log(`result ${JSON.stringify(left)}`);
});
