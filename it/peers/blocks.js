// Payloads that both ends can make, so that what arrives can be compared with what was sent.

/** How many bytes a block has. */
export const blockSize = 64 * 1024;

/** The nth block: its number, again and again. */
export function block(n) {
  const bytes = Buffer.alloc(blockSize);
  for (let i = 0; i < blockSize; i += 4) bytes.writeUInt32BE(n, i);
  return bytes;
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(size, seed = 1) {
  const bytes = Buffer.alloc(size);
  let x = seed;
  for (let i = 0; i < size; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    bytes[i] = x >>> 24;
  }
  return bytes;
}

/** Text that compresses, with characters of one to four bytes. */
export function prose(size) {
  return 'aé€😀 the same again. '.repeat(Math.ceil(size / 20)).slice(0, size);
}
