const LOW = 0x0000_0002;
const HIGH = 0x7ff0_0000;

/**
 * Whether the eight little-endian bytes at `at` are Prometheus' stale marker, the NaN 0x7ff0000000000002. A JS number
 * may lose the bits that tell it from other NaNs, so it is looked for before it becomes one.
 */
export function isStaleMarker(view: DataView, at: number): boolean {
  return view.getUint32(at + 4, true) === HIGH && view.getUint32(at, true) === LOW;
}
