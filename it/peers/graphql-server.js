// A GraphQL server of npm's `graphql-ws` with one subscription that counts. Usage: node graphql-server.js NAME
// Prints `listening PORT`, and `subscribed TOKEN` for each subscription, with the token of its connection_init.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const name = process.argv[2];

async function* count(token) {
  console.log(`subscribed ${token}`);
  for (let n = 1; ; n++) {
    yield { tick: { by: name, n } };
    await sleep(100);
  }
}

const tick = new GraphQLObjectType({ name: 'Tick', fields: { by: { type: GraphQLString }, n: { type: GraphQLInt } } });
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { name: { type: GraphQLString, resolve: () => name } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { tick: { type: tick, subscribe: (source, args, context) => count(context.connectionParams.token) } },
  }),
});

const server = createServer();
const sockets = new WebSocketServer({ server });
useServer({ schema, context: (context) => context, onConnect: (context) => context.connectionParams?.token === 'let me in' }, sockets);
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
