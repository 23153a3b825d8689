/**
 * Random numbers in [0, 1) that depend on `seed` and `stream` alone, so that any second of a plan can
 * be worked out without the seconds before it.
 *
 * A counter, mixed by the finaliser of MurmurHash3 (A. Appleby, 2011, public domain).
 */
export function randomStream(seed: number, stream: number): () => number {
  // Times in seconds exceed 32 bits one day; the high part goes in on its own.
  let state = mix(mix(seed) ^ (stream >>> 0)) ^ mix(Math.floor(stream / 2 ** 32) + 1);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
