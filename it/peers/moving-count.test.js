// What `moving-count.js` must see, each by one change to ledgers in which nothing is wrong. Run by `node --test`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count } from './moving-count.js';

/** A client whose messages 1 and 2 go to blue, which then lets go, and 3 to green. Each backend pushes before and after its answers. */
const CLIENT = ['sent a 1', 'sent a 2', 'heard a blue 1', 'heard a blue 2', 'heard a blue 3', 'heard a blue 4', 'sent a 3',
  'heard a green 1', 'heard a green 2', 'heard a green 3'];
const BLUE = ['open blue a 100', 'said blue 1 push', 'got blue 1 110', 'said blue 2 answer 1', 'got blue 2 120',
  'said blue 3 answer 2', 'said blue 4 push'];
// It is dialled while blue still has the client.
const GREEN = ['open green a 105', 'said green 1 push', 'got green 3 130', 'said green 2 answer 3', 'said green 3 push'];

const without = (lines, line) => lines.filter((each) => each !== line);
const instead = (lines, line, ...others) => lines.flatMap((each) => (each === line ? others : [each]));
const swapped = (lines, one, other) => lines.map((each) => (each === one ? other : each === other ? one : each));

/** The counts that are not zero, as `pushes.lost: 1`. */
function wrong(client, blue = BLUE) {
  const counts = count([...client, ...blue, ...GREEN]);
  return ['messages', 'answers', 'pushes'].map((what) => [what, counts[what]]).flatMap(([what, of]) =>
    Object.entries(of).filter(([kind, n]) => kind !== 'sent' && (n > 0 || n.length > 0)).map(([kind, n]) => `${what}.${kind}: ${n}`));
}

test('nothing is wrong where all arrives in order', () => {
  assert.deepEqual(wrong(CLIENT), []);
  const { messages, answers, pushes } = count([...CLIENT, ...BLUE, ...GREEN]);
  assert.deepEqual([messages.sent, answers.sent, pushes.sent], [3, 3, 4]);
});

const cases = [
  ['a push from the middle is missing', ['pushes.lost: 1'], without(CLIENT, 'heard a green 1')],
  ['the last push before a Close is missing', ['pushes.lost: 1'], without(CLIENT, 'heard a blue 4')],
  ['the last push of all is missing', ['pushes.lost: 1'], without(CLIENT, 'heard a green 3')],
  ['the first push comes twice', ['pushes.repeated: 1'], instead(CLIENT, 'heard a blue 1', 'heard a blue 1', 'heard a blue 1')],
  ['the first push comes again at the end', ['pushes.repeated: 1'], [...CLIENT, 'heard a blue 1']],
  ['one push is lost and another comes twice', ['pushes.lost: 1', 'pushes.repeated: 1'],
    instead(without(CLIENT, 'heard a blue 1'), 'heard a blue 4', 'heard a blue 4', 'heard a blue 4')],
  ['a push comes after what was said next', ['pushes.reordered: 1'], swapped(CLIENT, 'heard a green 1', 'heard a green 2')],
  ["blue's only push comes after green's first", ['answers.unsaid: 2', 'pushes.reordered: 1'],
    swapped(CLIENT.filter((line) => !/blue [123]/.test(line)), 'heard a blue 4', 'heard a green 1'),
    BLUE.filter((line) => !/said blue [123]/.test(line))],
  ['an answer is lost on the way', ['answers.lost: 1'], without(CLIENT, 'heard a blue 3')],
  ['an answer comes twice', ['answers.repeated: 1'], [...CLIENT, 'heard a green 2']],
  ['an answer comes after the push that was said next', ['answers.reordered: 1'], swapped(CLIENT, 'heard a blue 3', 'heard a blue 4')],
  ["blue's answer comes after green's push", ['answers.reordered: 1'],
    instead(without(CLIENT, 'heard a blue 3'), 'heard a green 1', 'heard a green 1', 'heard a blue 3')],
  ['a message is lost', ['messages.lost: 1'], without(CLIENT, 'heard a blue 3'),
    without(without(BLUE, 'got blue 2 120'), 'said blue 3 answer 2')],
  ['the Close overtakes an answer', ['answers.unsaid: 1'], without(CLIENT, 'heard a blue 3'), without(BLUE, 'said blue 3 answer 2')],
  ['the Close overtakes an answer, which its backend would have given', ['answers.late: 0.25', 'answers.unsaid: 1'],
    without(CLIENT, 'heard a blue 3'), instead(BLUE, 'said blue 3 answer 2', 'late blue 2 370')],
  ['a message goes to blue twice', ['messages.repeated: 1'], CLIENT, [...BLUE, 'got blue 2 121']],
  ['a message goes to both, and blue drops its answer', ['messages.repeated: 1'], CLIENT, [...BLUE, 'got blue 3 125']],
  ['both answer it', ['messages.repeated: 1', 'answers.repeated: 1'],
    instead(CLIENT, 'heard a green 1', 'heard a blue 5', 'heard a green 1'), [...BLUE, 'got blue 3 125', 'said blue 5 answer 3']],
  ['one message is lost and another comes twice', ['messages.lost: 1', 'messages.repeated: 1'], without(CLIENT, 'heard a blue 3'),
    instead(without(BLUE, 'said blue 3 answer 2'), 'got blue 2 120', 'got blue 1 120')],
  ['blue gets two messages in the wrong order', ['messages.reordered: 1'], CLIENT,
    instead(instead(BLUE, 'got blue 1 110', 'got blue 2 110'), 'got blue 2 120', 'got blue 1 120')],
  ['green gets a message before blue got the one before it', ['messages.reordered: 1'], CLIENT,
    instead(BLUE, 'got blue 2 120', 'got blue 2 140')],
];
for (const [what, expected, client, blue] of cases) {
  test(what, () => assert.deepEqual(wrong(client, blue).sort(), expected.sort()));
}

test('what a server says to a move that is called off is for nobody', () => {
  const off = ['open red a 103', 'said red 1 push', 'ended red unused'];
  assert.deepEqual(wrong(CLIENT, [...BLUE, ...off]), []);
  assert.deepEqual(wrong(CLIENT, [...BLUE, ...off.slice(0, 2)]), ['pushes.lost: 1']);
  assert.throws(() => wrong([...CLIENT, 'heard a red 1'], [...BLUE, ...off]), /has heard what was not said to it/);
});

test('connections that have not ended are counted', () => {
  assert.equal(count([...CLIENT, ...BLUE, ...GREEN, 'ended blue used']).open, 1);
});

test('a client that hears what was said to another is an error', () => {
  assert.throws(() => count(['open blue a 100', 'said blue 1 push', 'heard b blue 1']), /has heard what was not said to it/);
});
