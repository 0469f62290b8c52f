// What a peer of `moving-count.js` has sent and got, a line each in a file, written at once: it is whole however the process ends.
import { openSync, writeSync } from 'node:fs';

/** Microseconds, by the one clock of all processes of a machine. */
export const now = () => process.hrtime.bigint() / 1000n;

export function ledger(path) {
  if (!path) return () => {};
  const file = openSync(path, 'a');
  return (...words) => writeSync(file, `${words.join(' ')}\n`);
}
