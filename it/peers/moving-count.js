// Counts what was lost, repeated or reordered between `moving-client.js` and `moving-server.js`, from the ledgers of all of them.
// Usage: node moving-count.js FILE...; prints `count JSON`. Lines of a ledger:
//   sent CLIENT N                        a client its message N
//   open CONNECTION CLIENT TIME          a server has got a client's connection
//   got CONNECTION N TIME                and a message
//   said CONNECTION K answer|push [N]    and has said its Kth, before any Close
//   late CONNECTION N TIME               and had no connection any more for its answer to message N
//   heard CLIENT CONNECTION K            which a client has got
//   ended CONNECTION used|unused         unused, when its move was called off: what was said to it is for nobody
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const byTime = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);

/** Of things with the numbers of their places, in the order in which they came: whether one came twice or too late. */
function inspect(things, counts) {
  const seen = new Set();
  let newest;
  for (const thing of things) {
    const count = counts(thing);
    if (seen.has(thing.id)) {
      count.repeated++;
      continue;
    }
    seen.add(thing.id);
    if (newest && (byTime(thing, newest) || thing.n - newest.n) < 0) count.reordered++;
    else newest = thing;
  }
  return seen;
}

export function count(lines) {
  const zeros = () => ({ sent: 0, lost: 0, repeated: 0, reordered: 0 });
  // An answer that its backend never gave, for a Close came first, was not lost on the way: it is `unsaid`. `late` are the times in
  // milliseconds from when a backend had got such a message to when it would have answered.
  const result = { messages: zeros(), answers: { ...zeros(), unsaid: 0, late: [] }, pushes: zeros(), open: 0 };
  const of = { answer: result.answers, push: result.pushes };
  const words = lines.map((line) => line.split(' '));
  const each = (verb, what) => words.filter(([first]) => first === verb).forEach(([, ...rest]) => what(...rest));

  const clients = new Map();
  const client = (name) => {
    if (!clients.has(name)) clients.set(name, { sent: [], got: [], said: new Map(), answered: new Set(), heard: [] });
    return clients.get(name);
  };
  const connections = new Map();
  each('open', (connection, name, at) => connections.set(connection, { of: client(name), at: BigInt(at) }));
  result.open = connections.size;
  each('ended', (connection, how) => {
    result.open--;
    connections.get(connection).unused = how === 'unused';
  });
  each('sent', (name, n) => client(name).sent.push(n));
  each('got', (connection, n, at) => connections.get(connection).of.got.push({ id: n, n: Number(n), at: BigInt(at), on: connection }));
  each('late', (connection, n, at) => {
    const { of: user, unused } = connections.get(connection);
    const first = user.got.find((got) => got.id === n && got.on === connection);
    if (!unused) result.answers.late.push(Number(BigInt(at) - first.at) / 1000);
  });
  each('said', (connection, k, kind, n) => {
    const { of: user, at, unused } = connections.get(connection);
    if (unused) return;
    user.said.set(`${connection} ${k}`, { kind, at, n: Number(k), id: n ? `answer ${n}` : `${connection} ${k}` });
    if (n) user.answered.add(n);
  });
  each('heard', (name, connection, k) => {
    const said = client(name).said.get(`${connection} ${k}`);
    if (!said) throw new Error(`client ${name} has heard what was not said to it: ${connection} ${k}`);
    client(name).heard.push({ ...said, place: `${connection} ${k}` });
  });

  for (const { sent, got, said, answered, heard } of clients.values()) {
    const arrived = inspect(got.sort(byTime).map(({ id, n }) => ({ id, n, at: 0n })), () => result.messages);
    result.messages.sent += sent.length;
    result.messages.lost += sent.filter((n) => !arrived.has(n)).length;
    result.answers.unsaid += [...arrived].filter((n) => !answered.has(n)).length;
    inspect(heard, ({ kind }) => of[kind]);
    const places = new Set(heard.map(({ place }) => place));
    for (const [place, { kind }] of said) {
      of[kind].sent++;
      if (!places.has(place)) of[kind].lost++;
    }
  }
  return result;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = process.argv.slice(2).flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
  console.log(`count ${JSON.stringify(count(lines))}`);
}
