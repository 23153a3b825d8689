import type { SentSeries } from '@bellwether/formats';

/** What tests feed a real Prometheus and us with: the same series, target and rules. */

export const now = Math.floor(Date.now() / 1000);
const at = (secondsAgo: number): number => (now - secondsAgo) * 1000;

function counter(labels: Record<string, string>, perStep: number, rest: Partial<SentSeries> = {}) {
  // No sample lies at the edge of a window, where Prometheus 3 decides otherwise than 2.42.
  const times = Array.from({ length: 20 }, (_, i) => at(288 - i * 15));
  return {
    labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
    samples: times.map((time, i): [number, number] => [time, i * perStep]),
    ...rest,
  } satisfies SentSeries;
}

const exemplar = (id: string, secondsAgo: number, value: number) => ({
  labels: [['trace_id', id]] as [string, string][],
  value,
  time: at(secondsAgo) + 123,
});

export const PUSHED: SentSeries[] = [
  counter({ __name__: 'work_total', job: 'a', path: '/x"y\\z\n' }, 10, {
    exemplars: [exemplar('a1', 100, 0.25), exemplar('a2', 50, 1e-7)],
  }),
  counter({ __name__: 'work_total', job: 'b', instance: 'i:1' }, 7.5, {
    exemplars: [exemplar('b1', 100, 3)],
  }),
  counter({ __name__: 'work_total', job: 'c', cluster: 'own' }, 0),
  counter({ __name__: 'lat_bucket', le: '0.1' }, 1, { exemplars: [exemplar('l1', 60, 0.05)] }),
  counter({ __name__: 'lat_bucket', le: '+Inf' }, 3, { exemplars: [exemplar('l2', 60, 4)] }),
  ...Array.from({ length: 20 }, (_, i) => counter({ __name__: 'many', i: `value ${i}` }, i)),
  {
    labels: [
      ['__name__', 'odd'],
      ['oddity', 'nan'],
    ],
    samples: [[at(1), Number.NaN]],
  },
  {
    labels: [
      ['__name__', 'odd'],
      ['oddity', 'inf'],
    ],
    samples: [[at(1), -Infinity]],
  },
  {
    labels: [
      ['__name__', 'odd'],
      ['oddity', 'tiny'],
    ],
    samples: [[at(1), 1.5e-9]],
  },
  {
    labels: [
      ['__name__', 'odd'],
      ['oddity', 'huge'],
    ],
    samples: [[at(1), 2.5e22]],
  },
  {
    labels: [
      ['__name__', 'odd'],
      ['oddity', 'million'],
    ],
    samples: [[at(1), 1234567]],
  },
  {
    labels: [['__name__', 'ended']],
    samples: [
      [at(30), 1],
      [at(15), 'stale'],
    ],
  },
  { labels: [['__name__', 'old']], samples: [[at(290), 1]] },
  {
    labels: [['__name__', 'native']],
    histograms: [
      {
        time: at(20),
        count: 6,
        sum: 12.5,
        schema: 0,
        zeroThreshold: 0.001,
        zeroCount: 1,
        positiveSpans: [[0, 2]],
        positiveDeltas: [2, 1],
      },
    ],
  },
];

export const OPENMETRICS = `# HELP scraped Things of the target.
# TYPE scraped counter
scraped_total{kind="timed"} 5 # {trace_id="s1"} 0.5 ${now - 10}.5
scraped_total{kind="untimed"} 7 # {trace_id="s2"} 1.5
# TYPE heat_celsius gauge
# UNIT heat_celsius celsius
# HELP heat_celsius How hot it is.
heat_celsius 30
# EOF
`;
export const RULES = `groups:
- name: first
  interval: 1s
  limit: 9
  rules:
  - { alert: Low, expr: 'work_total{job="c"} < 1', labels: { severity: page }, annotations: { summary: 'of {{ $labels.job }}' } }
  - { record: 'job:work:sum', expr: 'sum(work_total)by(job,)', labels: { made: here } }
- name: second
  rules:
  - { alert: Never, expr: 'work_total < 0', for: 5m, keep_firing_for: 1m }
`;
