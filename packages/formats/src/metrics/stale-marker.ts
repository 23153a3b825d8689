/** The lower and the upper half of the marker's bits. */
export const STALE_LOW = 0x0000_0002;
export const STALE_HIGH = 0x7ff0_0000;

/**
 * Whether the eight little-endian bytes at `at` are Prometheus' stale marker, the NaN 0x7ff0000000000002. A JS number
 * may lose the bits that tell it from other NaNs, so it is looked for before it becomes one.
 */
export function isStaleMarker(view: DataView, at: number): boolean {
  return view.getUint32(at + 4, true) === STALE_HIGH && view.getUint32(at, true) === STALE_LOW;
}
