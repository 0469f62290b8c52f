// A way that loses, doubles or swaps a tenth of what goes along it, to show that the counts see it.
export function faulty(fault, deliver) {
  if (!fault) return deliver;
  let held;
  return (what) => {
    const hit = Math.random() < 0.1;
    if (hit && fault === 'lose') return;
    if (hit && fault === 'swap' && !held) {
      held = what;
      return;
    }
    deliver(what);
    if (hit && fault === 'double') deliver(what);
    if (held) deliver(held);
    held = undefined;
  };
}
