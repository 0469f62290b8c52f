const FIRST = 500;
const LONGEST = 30_000;
const LONGEST_SOON = 2_000;

/** Close codes after which a server is glad of the client again: RFC 6455, section 7.4.1, and its registry. */
const SOON = new Set([1001, 1012, 1013]);

/** Whether to come back after a connection was closed with this code. */
export function comesBack(code) {
  return code !== 1000 && code !== 1008 && !(code >= 4000 && code <= 4999);
}

/**
 * How long to wait before the next attempt, in ms: anything up to a bound that doubles with each failure. Clients that
 * were all cut off at once so do not come back at once.
 */
export function delayAfter(failures, code, random = Math.random) {
  const longest = SOON.has(code) ? LONGEST_SOON : LONGEST;
  return random() * Math.min(longest, FIRST * 2 ** failures);
}
