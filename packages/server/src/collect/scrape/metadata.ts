import { ownText } from '@bellwether/formats';
import type { MetadataView } from '../../metrics/source.ts';

/** What is kept of a generation: so many opinions, so many characters of them, for so long. */
const MOST_OPINIONS = 50_000;
const MOST_CHARACTERS = 16 * 2 ** 20;
const LIFETIME_MS = 60 * 60_000;
/** Of one metric; as many targets may disagree as there are. */
const MOST_OF_A_METRIC = 16;
const LONGEST_NAME = 1024;
const LONGEST_HELP = 4096;

interface Metric {
  /** A copy: what is asked with may be a piece of a page, which is not to be kept for it. */
  readonly name: string;
  readonly opinions: MetadataView[];
}

interface Generation {
  readonly began: number;
  readonly metrics: Map<string, Metric>;
  opinions: number;
  characters: number;
}

/**
 * What targets and senders said of their metrics: several targets may disagree, and each opinion is kept once. What nobody
 * says any more is forgotten after an hour or two, and sooner where very much is said. Two generations bound it: what was
 * said since the younger one began is there.
 */
export class MetadataBook {
  readonly #monotonic: () => number;
  #younger: Generation;
  #older: Generation;

  /** @param monotonic Milliseconds of a clock that nobody sets. */
  constructor(monotonic = (): number => performance.now()) {
    this.#monotonic = monotonic;
    this.#younger = this.#older = beginning(monotonic());
  }

  /** @returns What is kept of it, without the page it was cut out of. */
  add(metadata: ReadonlyMap<string, MetadataView>): ReadonlyMap<string, MetadataView> {
    const kept = new Map<string, MetadataView>();
    for (const [name, about] of metadata) {
      const [own, opinion] = this.#said(name, about) ?? [];
      if (own !== undefined && opinion !== undefined) kept.set(own, opinion);
    }
    return kept;
  }

  addOne(name: string, about: MetadataView): void {
    this.#said(name, about);
  }

  /** By the name of the metric. */
  get all(): ReadonlyMap<string, readonly MetadataView[]> {
    this.#turn();
    const all = new Map<string, readonly MetadataView[]>();
    for (const { metrics } of [this.#older, this.#younger])
      for (const { name, opinions } of metrics.values())
        all.set(name, [...new Set([...opinions, ...(all.get(name) ?? [])])]);
    return all;
  }

  #said(name: string, about: MetadataView): [name: string, opinion: MetadataView] | undefined {
    if (name.length > LONGEST_NAME) return undefined;
    this.#turn();
    const help = about.help.slice(0, LONGEST_HELP);
    const unit = about.unit.slice(0, LONGEST_NAME);
    const same = (one: MetadataView): boolean =>
      one.type === about.type && one.help === help && one.unit === unit;
    const here = this.#younger.metrics.get(name);
    const known = here?.opinions.find(same);
    if (here !== undefined && known !== undefined) return [here.name, known];
    const opinion = this.#older.metrics.get(name)?.opinions.find(same) ?? {
      type: about.type,
      help: ownText(help),
      unit: ownText(unit),
    };
    return this.#keep(here ?? this.#older.metrics.get(name)?.name ?? ownText(name), opinion);
  }

  #keep(metric: Metric | string, opinion: MetadataView): [name: string, opinion: MetadataView] {
    const generation = this.#younger;
    const kept = typeof metric === 'string' ? { name: metric, opinions: [] } : metric;
    generation.metrics.set(kept.name, kept);
    if (kept.opinions.length === MOST_OF_A_METRIC) kept.opinions.shift();
    kept.opinions.push(opinion);
    generation.opinions++;
    generation.characters += kept.name.length + opinion.help.length + opinion.unit.length;
    return [kept.name, opinion];
  }

  #turn(): void {
    const { began, opinions, characters } = this.#younger;
    const now = this.#monotonic();
    if (now - began < LIFETIME_MS && opinions < MOST_OPINIONS && characters < MOST_CHARACTERS)
      return;
    // After a long silence the older one is as forgotten as what came before it.
    this.#older = now - began < 2 * LIFETIME_MS ? this.#younger : beginning(now);
    this.#younger = beginning(now);
  }
}

function beginning(began: number): Generation {
  return { began, metrics: new Map(), opinions: 0, characters: 0 };
}
