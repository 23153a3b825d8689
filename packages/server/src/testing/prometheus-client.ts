/** The little of Prometheus' HTTP API that tests ask of us and of the real one. */
export class PrometheusClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async get<T>(path: string, params: Record<string, string | number> = {}): Promise<T> {
    const query = new URLSearchParams(
      Object.entries(params).map(([k, v]): [string, string] => [k, String(v)]),
    );
    const response = await fetch(`${this.#url}/api/v1/${path}?${query}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  }

  /** An instant vector as label text → value. Times in seconds. */
  async vector(query: string, time?: number): Promise<Map<string, number>> {
    const data = await this.get<{
      result: { metric: Record<string, string>; value: [number, string] }[];
    }>('query', { query, ...(time === undefined ? {} : { time }) });
    return new Map(data.result.map(({ metric, value }) => [labelText(metric), number(value[1])]));
  }

  async range(
    query: string,
    start: number,
    end: number,
    step: number,
  ): Promise<Map<string, [number, number][]>> {
    const data = await this.get<{
      result: { metric: Record<string, string>; values: [number, string][] }[];
    }>('query_range', { query, start, end, step });
    return new Map(
      data.result.map(({ metric, values }) => [
        labelText(metric),
        values.map(([at, value]): [number, number] => [at, number(value)]),
      ]),
    );
  }

  async alerts(): Promise<{ labels: Record<string, string>; state: string; activeAt: string }[]> {
    return (
      await this.get<{
        alerts: { labels: Record<string, string>; state: string; activeAt: string }[];
      }>('alerts')
    ).alerts;
  }
}

function labelText(metric: Record<string, string>): string {
  return Object.entries(metric)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}

function number(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}
