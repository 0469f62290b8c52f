// A client of npm's `graphql-ws` with one subscription, which never connects twice. Usage: node graphql-client.js URL
// Prints `from NAME` when its values come from another server than before, and ends with 1 when it is disconnected.
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const client = createClient({
  url: process.argv[2],
  webSocketImpl: WebSocket,
  connectionParams: { token: 'let me in' },
  retryAttempts: 0,
  lazy: false,
  onNonLazyError: fail,
  on: { closed: fail },
});

function fail(what) {
  console.log(`lost ${what?.code ?? what}`);
  process.exit(1);
}

let by = '';
let last = 0;
for await (const { data, errors } of client.iterate({ query: 'subscription { tick { by n } }' })) {
  if (errors) fail(JSON.stringify(errors));
  const { tick } = data;
  if (tick.n !== (tick.by === by ? last + 1 : 1)) fail(`value ${tick.n} of ${tick.by} after ${last} of ${by}`);
  if (tick.by !== by) console.log(`from ${tick.by}`);
  by = tick.by;
  last = tick.n;
}
fail('the subscription has ended');
