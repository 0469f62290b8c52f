// A server of npm's `graphql-ws` with one subscription that counts. Usage: node graphql-server.js NAME EVERY_MILLIS
// A stream has a name of its own: `NAME CLIENT OF NUMBER`, with `client` of its connection_init and its argument `of`.
// Prints `listening PORT`, and when a connection has ended, `sent STREAM N` for each stream: the last value that went out before the Close.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const [name, every] = process.argv.slice(2);
let streams = 0;

async function* count(client, of) {
  const stream = `${name} ${client} ${of} ${++streams}`;
  for (let n = 1; ; n++) {
    yield { tick: { stream, n } };
    await sleep(Number(every));
  }
}

const tick = new GraphQLObjectType({ name: 'Tick', fields: { stream: { type: GraphQLString }, n: { type: GraphQLInt } } });
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { name: { type: GraphQLString, resolve: () => name } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      tick: {
        type: tick,
        args: { of: { type: GraphQLString } },
        subscribe: (source, { of }, context) => count(context.connectionParams.client, of),
      },
    },
  }),
});

const server = createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', (ws) => {
  const sent = new Map();
  const { send } = ws;
  ws.send = (data, ...more) => {
    const value = JSON.parse(data).payload?.data?.tick;
    if (value && ws.readyState === ws.OPEN) sent.set(value.stream, value.n);
    send.call(ws, data, ...more);
  };
  ws.on('close', () => sent.forEach((n, stream) => console.log(`sent ${stream} ${n}`)));
});
useServer({ schema, context: (context) => context, onConnect: (context) => context.connectionParams?.token === 'let me in' }, sockets);
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
