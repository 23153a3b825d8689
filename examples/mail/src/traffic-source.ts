import { loadGroup, type Mail } from './corpus.ts';
import {
  type Arrival,
  type Client,
  TRAFFIC_GROUPS,
  type TrafficGroup,
  type TrafficPlan,
} from './traffic-plan.ts';

/** Without its own escapes for the rarer control characters, as many a client written by hand. */
const HANDMADE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Writes the body of a prediction request.
 *
 * The handmade client puts its JSON together from strings and forgets that control characters must be
 * escaped. Few mails have one, so it fails rarely: these are the malformed bodies of the demo.
 */
export function predictBody(text: string, client: Client): Buffer {
  if (client === 'library') return Buffer.from(JSON.stringify({ text }));
  const escaped = text.replace(/[\\"\n\r\t]/g, (character) => HANDMADE_ESCAPES[character]!);
  return Buffer.from(`{"text": "${escaped}"}`);
}

/** The mails behind a plan. */
export class TrafficSource {
  readonly plan: TrafficPlan;
  readonly #mails: Readonly<Record<TrafficGroup, readonly Mail[]>>;

  constructor(options: Pick<TrafficPlan, 'hardFrom' | 'seed'>, mails = loadTraffic()) {
    this.#mails = mails;
    this.plan = {
      ...options,
      sizes: {
        'easy-ham-2': mails['easy-ham-2'].length,
        'spam-2': mails['spam-2'].length,
        'hard-ham-1': mails['hard-ham-1'].length,
      },
    };
  }

  /** The mail that an arrival stands for. */
  mail({ group, index }: Arrival): Mail {
    return this.#mails[group][index]!;
  }

  /** The body that its client sends. */
  body(arrival: Arrival): Buffer {
    return predictBody(this.mail(arrival).text, arrival.client);
  }
}

/** Reads the groups that traffic draws from: about 3,000 mails, a second or two. */
export function loadTraffic(): Record<TrafficGroup, Mail[]> {
  return Object.fromEntries(TRAFFIC_GROUPS.map((group) => [group, loadGroup(group)])) as Record<
    TrafficGroup,
    Mail[]
  >;
}
