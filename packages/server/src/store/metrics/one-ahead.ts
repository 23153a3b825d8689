/** What `load` makes of 0 to `count` - 1, in turn; each is being made while the one before is in use. */
export async function* oneAhead<T>(
  count: number,
  load: (i: number) => Promise<T>,
): AsyncGenerator<T> {
  const begin = (i: number): Promise<T> | undefined => {
    const made = i < count ? load(i) : undefined;
    // Nobody may be waiting yet when it fails; who waits then is told.
    made?.catch(() => undefined);
    return made;
  };
  let next = begin(0);
  try {
    for (let i = 0; i < count; i++) {
      const current = (await next) as T;
      next = begin(i + 1);
      yield current;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}
