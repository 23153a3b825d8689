/** A sample line of a text in the format 0.0.4: its series, and what follows it. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s/;
const HEADER = /^# (?:HELP|TYPE) (\S+)/;
const LABEL = /([a-zA-Z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")/g;

/** Names a series, the same however its labels are ordered; undefined for a line that is no sample. */
export function seriesOf(line: string): string | undefined {
  const match = SAMPLE.exec(line);
  if (match === null) return undefined;
  const labels = Array.from((match[2] ?? '').matchAll(LABEL), ([, name, value]) => name! + value);
  return `${match[1]}{${labels.sort().join()}}`;
}

/**
 * Sorts the lines of another registry's text by whether their family is one of `names`.
 *
 * @returns the lines of each such family without its header, and the rest as it was
 */
export function splitByFamily(
  text: string,
  names: ReadonlySet<string>,
): { shared: Map<string, string[]>; rest: string } {
  const shared = new Map<string, string[]>();
  const rest: string[] = [];
  let family = '';
  for (const line of text.split('\n')) {
    const header = HEADER.exec(line)?.[1];
    const sample = header === undefined ? SAMPLE.exec(line)?.[1] : undefined;
    if (header !== undefined) family = header;
    else if (sample !== undefined && !belongs(sample, family)) family = sample;
    const known = names.has(family) && (header ?? sample) !== undefined;
    if (!known) rest.push(line);
    else if (!shared.has(family)) shared.set(family, []);
    if (known && sample !== undefined) shared.get(family)!.push(line);
  }
  return { shared, rest: rest.join('\n') };
}

/** Whether a sample is one of a family: it has its name, or as a histogram's that name and an ending. */
const belongs = (sample: string, family: string): boolean =>
  sample.startsWith(family) && /^(?:_bucket|_sum|_count)?$/.test(sample.slice(family.length));
