import type { Random } from './random.ts';

/*
 * Expressions that are right by type, of what Prometheus 2.42 and 3 both know, over the series of `data.ts`.
 */

/** Where an expression is evaluated: at half seconds, as queries are, or at whole ones, as the steps of subqueries are. */
type Phase = 'half' | 'whole';

const ELEMENTWISE = [
  ...['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'sgn', 'deg', 'rad'],
  ...['sin', 'cos', 'tan', 'atan', 'asinh', 'tanh', 'round', 'sort', 'sort_desc'],
  ...['hour', 'minute', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month'],
  ...['month', 'year', 'absent'],
];
const OVER_TIME = [
  ...['rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'deriv'],
  ...['avg_over_time', 'sum_over_time', 'min_over_time', 'max_over_time', 'count_over_time'],
  ...['last_over_time', 'present_over_time', 'absent_over_time'],
  ...['stddev_over_time', 'stdvar_over_time'],
];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'];
const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];

/** Metrics with labels and matchers that tell their series apart. */
const METRICS: readonly (readonly [name: string, labels: readonly string[]])[] = [
  ['heat', ['room', 'floor']],
  ['heat', ['room', 'floor']],
  ['heat_limit', ['room']],
  ['room_info', ['room', 'owner']],
  [':heat:sum', ['room']],
  ['sold_total', ['shop', 'item']],
  ['sold_total', ['shop', 'item']],
  ['wait_bucket', ['shop', 'le']],
  ['wait_sum', ['shop']],
  ['odd', ['kind']],
  ['nothing', ['room']],
];
const MATCHERS: Readonly<Record<string, readonly string[]>> = {
  room: ['room="a"', 'room=~"a|b"', 'room!="c"', 'room!~"[ab]"', 'room=~".+"', 'room=""'],
  floor: ['floor="1"', 'floor!="1"'],
  owner: ['owner="ann"', 'owner=~"b.*"'],
  shop: ['shop="x"', 'shop=~"y|z"'],
  item: ['item="bell"', 'item!~"b.*"'],
  le: ['le!="+Inf"', 'le=~"0.*"'],
  kind: ['kind=~"late|ended|gaps|rare"', 'kind!~"nan|infinite"', 'kind="great"', 'kind="zero"'],
};
const LABELS = ['room', 'floor', 'shop', 'item', 'kind', 'le', 'owner', 'missing'];

export class Expressions {
  constructor(
    readonly random: Random,
    /** Moments that `@` may name, in seconds. */
    readonly moments: readonly number[],
  ) {}

  /** An expression that gives a vector or, rarely, a scalar. */
  next(): string {
    return this.random.chance(0.03) ? this.#scalar(2, 'half') : this.#vector(3, 'half');
  }

  #vector(depth: number, phase: Phase): string {
    const { random } = this;
    if (depth === 0) return random.chance(0.6) ? this.#selector() : this.#overTime(0, phase);
    const kinds = [
      () => this.#selector(),
      () => this.#overTime(depth, phase),
      () => this.#overTime(depth, phase),
      () => this.#call(depth, phase),
      () => this.#call(depth, phase),
      () => this.#aggregation(depth, phase),
      () => this.#aggregation(depth, phase),
      () => this.#binary(depth, phase),
      () => this.#binary(depth, phase),
      () => `-(${this.#vector(depth - 1, phase)})`,
    ];
    return random.pick(kinds)();
  }

  #scalar(depth: number, phase: Phase): string {
    const { random } = this;
    const number = () => random.pick(['0', '1', '2', '-1.5', '0.25', '100', '1e3', 'Inf', 'NaN']);
    if (depth === 0) return random.chance(0.8) ? number() : random.pick(['time()', 'pi()']);
    return random.pick([
      number,
      number,
      () => 'time()',
      () => `scalar(${this.#vector(depth - 1, phase)})`,
      () =>
        `(${this.#scalar(depth - 1, phase)} ${random.pick(ARITHMETIC)} ${this.#scalar(depth - 1, phase)})`,
      () =>
        `(${this.#scalar(depth - 1, phase)} ${random.pick(COMPARISONS)} bool ${this.#scalar(depth - 1, phase)})`,
    ])();
  }

  #selector(): string {
    return `${this.#series()}${this.#modifiers()}`;
  }

  #series(of = this.random.pick(METRICS)): string {
    const [name, labels] = of;
    const matchers = this.random
      .some(labels, 0.35)
      .map((label) => this.random.pick(MATCHERS[label]!));
    return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
  }

  /** Moves by whole seconds, to moments at half ones. */
  #modifiers(): string {
    const { random } = this;
    const at = random.chance(0.06)
      ? ` @ ${random.pick([...this.moments.map(String), 'start()', 'end()'])}`
      : '';
    const offset = random.chance(0.12)
      ? ` offset ${random.pick(['1m', '7s', '10m', '-1m', '-90s'])}`
      : '';
    return at + offset;
  }

  #overTime(depth: number, phase: Phase): string {
    const { random } = this;
    const range = this.#range(depth, phase);
    const draw = random.next();
    if (draw < 0.06) return `quantile_over_time(${this.#quantile()}, ${range})`;
    if (draw < 0.12) return `predict_linear(${range}, ${random.pick(['0', '60', '3600', '-600'])})`;
    return `${random.pick(OVER_TIME)}(${range})`;
  }

  #range(depth: number, phase: Phase): string {
    const { random } = this;
    if (depth === 0 || random.chance(0.7))
      return `${this.#series()}[${random.pick(['1m', '5m', '20s', '137s', '17m', '1h'])}]${this.#modifiers()}`;
    const inner = this.#vector(depth - 1, 'whole');
    // The edges of a subquery lie between its steps: seen from a whole second it reaches back to a half one.
    const length = random.pick(
      phase === 'half' ? ['2m', '10m', '95s'] : ['120500ms', '600500ms', '90500ms'],
    );
    return `(${inner})[${length}:${random.pick(['', '10s', '1m', '25s'])}]${this.#modifiers()}`;
  }

  #quantile(): string {
    return this.random.pick(['0', '0.5', '0.9', '1', '0.333', '-1', '2', 'NaN']);
  }

  #call(depth: number, phase: Phase): string {
    const { random } = this;
    const inner = () => this.#vector(depth - 1, phase);
    const scalar = () => this.#scalar(depth - 1, phase);
    return random.pick([
      () => `${random.pick(ELEMENTWISE)}(${inner()})`,
      () => `${random.pick(ELEMENTWISE)}(${inner()})`,
      () => `clamp(${inner()}, ${scalar()}, ${scalar()})`,
      () => `${random.pick(['clamp_min', 'clamp_max', 'round'])}(${inner()}, ${scalar()})`,
      () => `timestamp(${random.chance(0.5) ? this.#selector() : inner()})`,
      () => `vector(${scalar()})`,
      () =>
        `label_replace(${inner()}, "${random.pick(['room', 'made'])}", "v-$1", "${random.pick(LABELS)}", "${random.pick(['(.*)', '(.).*', 'a|b', ''])}")`,
      () => `label_join(${inner()}, "made", "-", "room", "shop")`,
      () => this.#histogramQuantile(),
    ])();
  }

  #histogramQuantile(): string {
    const { random } = this;
    const buckets = this.#series(['wait_bucket', ['shop']]);
    const window = random.pick(['1m', '5m', '137s']);
    const of = random.pick([
      `${buckets}${this.#modifiers()}`,
      `${random.pick(['rate', 'increase', 'delta'])}(${buckets}[${window}]${this.#modifiers()})`,
      `sum by (le) (rate(${buckets}[${window}]))`,
      `${buckets} - ${buckets} offset 5m`,
    ]);
    return `histogram_quantile(${this.#quantile()}, ${of})`;
  }

  #aggregation(depth: number, phase: Phase): string {
    const { random } = this;
    const by = random.chance(0.7)
      ? ` ${random.pick(['by', 'without'])} (${random.some(LABELS, 0.25).join(', ')}) `
      : '';
    const draw = random.next();
    // What ranks or counts values takes them from where they differ, not from where rounding decides.
    if (draw < 0.12)
      return `${random.pick(['topk', 'bottomk'])}${by}(${random.pick(['1', '2', '5', '0'])}, ${this.#distinct()})`;
    if (draw < 0.18) return `count_values${by}("value", ${this.#series(random.pick(METRICS))})`;
    if (draw < 0.25) return `quantile${by}(${this.#quantile()}, ${this.#vector(depth - 1, phase)})`;
    return `${random.pick(AGGREGATIONS)}${by}(${this.#vector(depth - 1, phase)})`;
  }

  #distinct(): string {
    const { random } = this;
    const [name] = random.pick([['heat'], ['wait_sum'], ['odd']] as const);
    return `${name}${this.#modifiers()}`;
  }

  #binary(depth: number, phase: Phase): string {
    const { random } = this;
    const inner = () => this.#vector(depth - 1, phase);
    const draw = random.next();
    const bool = () => (random.chance(0.3) ? ' bool' : '');
    if (draw < 0.35) {
      const sides = [inner(), this.#scalar(depth - 1, phase)];
      const [a, b] = random.chance(0.7) ? sides : sides.toReversed();
      return random.chance(0.5)
        ? `(${a} ${random.pick(ARITHMETIC)} ${b})`
        : `(${a} ${random.pick(COMPARISONS)}${bool()} ${b})`;
    }
    const labels = random.some(LABELS, 0.3).join(', ');
    const matching = random.chance(0.6) ? ` ${random.pick(['on', 'ignoring'])} (${labels})` : '';
    if (draw < 0.55)
      return `(${inner()} ${random.pick(['and', 'or', 'unless'])}${matching} ${inner()})`;
    if (draw < 0.65) {
      const side = random.pick(['group_left', 'group_right']);
      const joined = [`heat`, `${random.pick(['room_info', 'heat_limit'])}`];
      const [a, b] = side === 'group_left' ? joined : joined.toReversed();
      return `(${a} ${random.pick(ARITHMETIC)} on (room) ${side} (${random.pick(['', 'owner'])}) ${b})`;
    }
    const grouped = matching !== '' && random.chance(0.2) ? ' group_left ()' : '';
    return random.chance(0.5)
      ? `(${inner()} ${random.pick(ARITHMETIC)}${matching}${grouped} ${inner()})`
      : `(${inner()} ${random.pick(COMPARISONS)}${bool()}${matching}${grouped} ${inner()})`;
  }
}
