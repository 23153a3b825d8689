/**
 * Ends this process when its standard input does. A parent that is killed cannot stop its children,
 * but its end of their pipe closes all the same.
 */
export function tetherToParent(): void {
  process.stdin.once('end', () => process.exit(0));
  process.stdin.once('error', () => process.exit(0));
  process.stdin.resume();
}
