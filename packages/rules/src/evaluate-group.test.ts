import { describe, expect, it } from 'vitest';
import {
  type EvaluateGroupOptions,
  evaluateGroup,
  type GroupEvaluation,
} from './evaluate-group.ts';
import { carryState, type GroupState, initialGroupState } from './group-state.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import type { SeriesSample, VectorSample } from './query.ts';
import type { RuleGroup } from './rule.ts';

const minute = 60_000;

const groupOf = (rules: string, head = ''): RuleGroup =>
  parseRuleFile(`groups:\n  - name: g\n${head}    rules:\n${rules}`, { file: 'f' }).groups[0]!;

type Answers = Readonly<Record<string, readonly VectorSample[] | Error>>;

function evaluate(
  group: RuleGroup,
  answers: Answers,
  options: Partial<EvaluateGroupOptions> & { state?: GroupState } = {},
): Promise<GroupEvaluation> {
  const { state = initialGroupState(group), ...rest } = options;
  return evaluateGroup(group, state, {
    now: 0,
    externalLabels: { region: 'eu' },
    externalUrl: 'http://bell:2355',
    query: async (expr) => {
      const answer = answers[expr] ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...rest,
  });
}

const sample = (value: number, labels: Record<string, string> = {}): VectorSample => ({
  labels,
  value,
});

describe('a recording rule', () => {
  const group = groupOf('      - {record: job:x, expr: x, labels: {team: ml, drop: ""}}');

  it('writes the result under its own name, its labels over those of the result', async () => {
    const { series } = await evaluate(
      group,
      { x: [sample(2, { __name__: 'x', job: 'a', team: 'other', drop: 'y' })] },
      { now: 5 * minute },
    );
    expect(series).toEqual([
      { labels: { __name__: 'job:x', job: 'a', team: 'ml' }, at: 5 * minute, value: 2 },
    ]);
  });

  it('fails where two series become one', async () => {
    const { rules, series } = await evaluate(group, {
      x: [sample(1, { drop: 'a' }), sample(2, { drop: 'b' })],
    });
    expect(series).toEqual([]);
    expect(rules[0]).toMatchObject({
      health: 'err',
      lastError: 'vector contains metrics with the same labelset after applying rule labels',
    });
  });

  it('marks a series stale when it does not come back', async () => {
    const first = await evaluate(group, { x: [sample(1, { job: 'a' }), sample(2, { job: 'b' })] });
    const second = await evaluate(
      group,
      { x: [sample(3, { job: 'b' })] },
      { now: minute, state: first.state },
    );
    expect(second.series).toEqual([
      { labels: { __name__: 'job:x', job: 'b', team: 'ml' }, at: minute, value: 3 },
      { labels: { __name__: 'job:x', job: 'a', team: 'ml' }, at: minute, stale: true },
    ]);
    const third = await evaluate(group, { x: [] }, { now: 2 * minute, state: second.state });
    expect(third.series).toHaveLength(1);
  });

  it('marks nothing stale when its query fails, and remembers what it had written', async () => {
    const first = await evaluate(group, { x: [sample(1)] });
    const second = await evaluate(group, { x: new Error('timeout') }, { state: first.state });
    expect(second.series).toEqual([]);
    expect(second.rules[0]).toMatchObject({ health: 'err', lastError: 'timeout' });
    const third = await evaluate(group, { x: [] }, { state: second.state });
    expect(third.series).toMatchObject([{ stale: true }]);
  });
});

describe('a group', () => {
  it('writes what a rule yields before it evaluates the next', async () => {
    const group = groupOf('      - {record: a, expr: x}\n      - {record: b, expr: a}');
    const written: SeriesSample[] = [];
    const { series } = await evaluate(
      group,
      {},
      {
        query: async (expr) => {
          if (expr === 'x') return [sample(1)];
          return written.filter(
            (s) => s.labels.__name__ === expr && 'value' in s,
          ) as VectorSample[];
        },
        write: (samples) => {
          written.push(...samples);
        },
      },
    );
    expect(series.map((s) => s.labels.__name__)).toEqual(['a', 'b']);
  });

  it('goes on after a rule that fails', async () => {
    const group = groupOf('      - {record: a, expr: x}\n      - {record: b, expr: y}');
    const { rules } = await evaluate(group, { x: new Error('no'), y: [sample(1)] });
    expect(rules.map((rule) => [rule.health, rule.samples])).toEqual([
      ['err', 0],
      ['ok', 1],
    ]);
  });

  it('calls a rule failed whose series could not be written', async () => {
    const group = groupOf('      - {record: a, expr: x}');
    const { rules, series } = await evaluate(
      group,
      { x: [sample(1)] },
      {
        write: async () => {
          throw new Error('store is full');
        },
      },
    );
    expect(rules[0]).toMatchObject({ health: 'err', lastError: 'store is full' });
    expect(series).toEqual([]);
  });

  it('asks and writes for the time before its query offset', async () => {
    const group = groupOf('      - {record: a, expr: x}', '    query_offset: 30s\n');
    const asked: number[] = [];
    const { series } = await evaluate(
      group,
      {},
      {
        now: 5 * minute,
        query: async (_, at) => {
          asked.push(at);
          return [sample(1)];
        },
      },
    );
    expect(asked).toEqual([4.5 * minute]);
    expect(series[0]!.at).toBe(4.5 * minute);
  });

  it('keeps the limit of series and alerts', async () => {
    const two = [sample(1, { i: 'a' }), sample(1, { i: 'b' })];
    const group = groupOf(
      '      - {record: a, expr: x}\n      - {alert: B, expr: x}',
      '    limit: 1\n',
    );
    const { rules, alerts } = await evaluate(group, { x: two });
    expect(rules.map((rule) => rule.lastError)).toEqual([
      'exceeded limit of 1 with 2 series',
      'exceeded limit of 1 with 2 alerts',
    ]);
    expect(alerts).toEqual([]);
  });

  it('measures each rule by the clock it is given', async () => {
    let now = 0;
    const group = groupOf('      - {record: a, expr: x}');
    const { rules, state } = await evaluate(
      group,
      {},
      {
        clock: () => now,
        query: async () => {
          now += 25;
          return [];
        },
      },
    );
    expect(rules[0]!.durationMs).toBe(25);
    expect(state.durationMs).toBe(25);
  });
});

describe('an alerting rule', () => {
  const group = groupOf(`      - alert: High
        expr: x
        for: 2m
        labels: { severity: "{{ if gt $value 5.0 }}page{{ else }}warn{{ end }}", model: "{{ $labels.m }}" }
        annotations:
          summary: "{{ $labels.m }} at {{ $value }} in {{ $externalLabels.region }}, {{ $externalURL }}"
          broken: "{{ toUpper $value }}"
`);
  const answers = { x: [sample(7, { __name__: 'x', m: 'spam' })] };
  const labels = { alertname: 'High', m: 'spam', model: 'spam', severity: 'page' };

  it('expands labels and annotations, and puts what is broken into the text', async () => {
    const { alerts } = await evaluate(group, answers);
    expect(alerts).toEqual([
      {
        rule: 0,
        state: 'pending',
        labels,
        annotations: {
          summary: 'spam at 7 in eu, http://bell:2355',
          broken:
            '<error expanding template: error executing template __alert_High: template: __alert_High:1:11: executing "__alert_High" at <$value>: wrong type for value; expected string; got float64>',
        },
        value: 7,
        activeAt: 0,
      },
    ]);
  });

  it('writes ALERTS and ALERTS_FOR_STATE, and marks the pending one stale when it fires', async () => {
    const first = await evaluate(group, answers);
    expect(first.series).toEqual([
      { labels: { ...labels, __name__: 'ALERTS', alertstate: 'pending' }, at: 0, value: 1 },
      { labels: { ...labels, __name__: 'ALERTS_FOR_STATE' }, at: 0, value: 0 },
    ]);
    const second = await evaluate(group, answers, { now: 2 * minute, state: first.state });
    expect(second.series).toEqual([
      { labels: { ...labels, __name__: 'ALERTS', alertstate: 'firing' }, at: 2 * minute, value: 1 },
      { labels: { ...labels, __name__: 'ALERTS_FOR_STATE' }, at: 2 * minute, value: 0 },
      {
        labels: { ...labels, __name__: 'ALERTS', alertstate: 'pending' },
        at: 2 * minute,
        stale: true,
      },
    ]);
  });

  it('notifies when it fires, again after the delay, and when it ends', async () => {
    const first = await evaluate(group, answers);
    expect(first.notifications).toEqual([]);
    const second = await evaluate(group, answers, { now: 2 * minute, state: first.state });
    expect(second.notifications).toMatchObject([
      {
        status: 'firing',
        labels,
        startsAt: 2 * minute,
        endsAt: 6 * minute,
        generatorUrl: 'http://bell:2355/graph?g0.expr=x&g0.tab=1',
      },
    ]);
    const third = await evaluate(group, answers, { now: 3 * minute, state: second.state });
    expect(third.notifications).toEqual([]);
    const fourth = await evaluate(group, { x: [] }, { now: 4 * minute, state: third.state });
    expect(fourth.notifications).toMatchObject([
      { status: 'resolved', startsAt: 2 * minute, endsAt: 4 * minute },
    ]);
    expect(fourth.alerts).toEqual([]);
  });

  it('fails where two alerts have the same labels, and keeps those it had', async () => {
    const rule = groupOf('      - {alert: A, expr: x, labels: {i: same}}');
    const first = await evaluate(rule, { x: [sample(1, { i: 'a' })] });
    const second = await evaluate(
      rule,
      { x: [sample(1, { i: 'a' }), sample(1, { i: 'b' })] },
      { state: first.state },
    );
    expect(second.rules[0]!.lastError).toBe(
      'vector contains metrics with the same labelset after applying alert labels',
    );
    expect(second.alerts).toHaveLength(1);
  });

  it('asks the queries of its templates', async () => {
    const rule = groupOf(
      `      - {alert: A, expr: x, annotations: {a: '{{ range query "y" }}{{ .Labels.m }}={{ .Value }} {{ end }}'}}`,
    );
    const { alerts } = await evaluate(rule, {
      x: [sample(1)],
      y: [sample(1, { m: 'a' }), sample(2, { m: 'b' })],
    });
    expect(alerts[0]!.annotations).toEqual({ a: 'a=1 b=2 ' });
  });

  it('writes no series until its state from before a restart has been looked for', async () => {
    const state = initialGroupState(group, { restored: false });
    const { series, alerts } = await evaluate(group, answers, { state });
    expect(alerts).toHaveLength(1);
    expect(series).toEqual([]);
  });
});

describe('after a reload', () => {
  it('rules keep their state by name and labels, and series of those that are gone end', async () => {
    const before = groupOf('      - {record: a, expr: x}\n      - {alert: B, expr: x}\n');
    const after = groupOf('      - {alert: B, expr: x + 0}\n');
    const first = await evaluate(before, { x: [sample(1)] });
    const state = carryState(before, first.state, after);
    expect(state.rules[0]!.alerts.size).toBe(1);
    const second = await evaluate(after, { 'x + 0': [sample(1)] }, { now: minute, state });
    expect(second.series.filter((s) => 'stale' in s)).toEqual([
      { labels: { __name__: 'a' }, at: minute, stale: true },
    ]);
    expect(second.alerts[0]).toMatchObject({ activeAt: 0 });
    expect(second.state.staleSeries).toEqual([]);
  });
});
