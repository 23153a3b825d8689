/** What a server answers to a query: an error, or values by labels and times, both as texts. */
export type Answer =
  | { readonly error: string }
  | { readonly values: ReadonlyMap<string, ReadonlyMap<number, string>> };

/** One query: at a moment, or over a range; times in seconds. */
export interface Question {
  readonly expression: string;
  readonly time: number;
  readonly range?: { readonly end: number; readonly step: number };
}

/** How two answers differ: in being an error, in a series or point that is not in both, or in a value. */
export type Difference =
  | {
      readonly kind: 'error';
      readonly theirs: string | undefined;
      readonly ours: string | undefined;
    }
  | { readonly kind: 'missing' | 'extra'; readonly where: string }
  | {
      readonly kind: 'value';
      readonly where: string;
      readonly theirs: string;
      readonly ours: string;
    };

interface Body {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: unknown;
  };
}

type Point = readonly [time: number, value: string];

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly values?: readonly Point[];
}

/** @throws Error where there is no answer in the form of the API at all */
export async function ask(url: string, { expression, time, range }: Question): Promise<Answer> {
  const body = new URLSearchParams({ query: expression });
  if (range === undefined) body.set('time', String(time));
  else {
    body.set('start', String(time));
    body.set('end', String(range.end));
    body.set('step', String(range.step));
  }
  const path = range === undefined ? 'query' : 'query_range';
  const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body });
  const { status, error = '', data } = (await response.json()) as Body;
  if (status !== 'success' || data === undefined) return { error };
  const { resultType, result } = data;
  const series: readonly Series[] =
    resultType === 'scalar'
      ? [{ metric: {}, value: result as Point }]
      : (result as readonly Series[]);
  return {
    values: new Map(
      series.map(({ metric, value, values = value === undefined ? [] : [value] }) => [
        JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
        new Map(values),
      ]),
    ),
  };
}

/** How far values may be apart: as a share of the greater one, or where one is zero but for rounding. */
const TOLERANCE = 1e-9;
const NOTHING = 1e-13;

/** @returns Every way in which the answers differ, or the first hundred of them. */
export function differences(theirs: Answer, ours: Answer): Difference[] {
  if ('error' in theirs || 'error' in ours) {
    if ('error' in theirs && 'error' in ours) return [];
    const textOf = (answer: Answer) => ('error' in answer ? answer.error : undefined);
    return [{ kind: 'error', theirs: textOf(theirs), ours: textOf(ours) }];
  }
  const found: Difference[] = [];
  for (const [labels, points] of theirs.values)
    for (const [time, value] of points) {
      const own = ours.values.get(labels)?.get(time);
      const where = `${labels} at ${time}`;
      if (own === undefined) found.push({ kind: 'missing', where });
      else if (!areClose(value, own))
        found.push({ kind: 'value', where, theirs: value, ours: own });
    }
  for (const [labels, points] of ours.values)
    for (const time of points.keys())
      if (theirs.values.get(labels)?.has(time) !== true)
        found.push({ kind: 'extra', where: `${labels} at ${time}` });
  return found.slice(0, 100);
}

/** NaN and the infinities are only close to themselves; zeros to each other. */
function areClose(textA: string, textB: string): boolean {
  const [a, b] = [Number(textA), Number(textB)];
  if (textA === textB) return true;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)) + NOTHING;
}
