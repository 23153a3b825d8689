/** How a body of events is written. */
export type Format = 'json' | 'ndjson';

const ID = '00000000-0000-4000-8000-';
const ID_DIGITS = 12;
const CLASSES = ['ham', 'spam', 'ham', 'phishing'];
const CHANNELS = ['web', 'app', 'api'];

/**
 * Bodies of prediction events as a mail classifier would send them: ten features, of which two are texts. What differs
 * from body to body, ids and times, is written over the text of a first one, so that making them costs the sender little
 * of the processors that it shares with the server.
 */
export class Payload {
  readonly #body: Buffer;
  readonly #ids: readonly number[];
  readonly #times: readonly number[];

  constructor(events: number, format: Format) {
    const lines = Array.from({ length: events }, (_, i) => JSON.stringify(eventOf(i)));
    this.#body = Buffer.from(format === 'json' ? `[${lines.join(',')}]` : `${lines.join('\n')}\n`);
    this.#ids = behindEach(this.#body, ID);
    this.#times = behindEach(this.#body, '"time":"');
  }

  /** The body with ids counted from `first` and times of now; valid until the next call. */
  body(first: number, now: number): Buffer {
    const time = new Date(now).toISOString();
    for (const [i, at] of this.#ids.entries())
      this.#body.write(String(first + i).padStart(ID_DIGITS, '0'), at, 'latin1');
    for (const at of this.#times) this.#body.write(time, at, 'latin1');
    return this.#body;
  }
}

/** Where each occurrence of a text ends. */
function behindEach(body: Buffer, text: string): number[] {
  const ends: number[] = [];
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length))
    ends.push(at + text.length);
  return ends;
}

function eventOf(i: number): object {
  // Fractions of the golden ratio: spread like random numbers, and the same at each run.
  const part = (n: number) => ((i + 1) * 0.618_033_988_75 * n) % 1;
  return {
    type: 'prediction',
    id: ID + '0'.repeat(ID_DIGITS),
    time: new Date(0).toISOString(),
    model: 'mail_spam',
    version: '2026-11-01',
    prediction: CLASSES[i % CLASSES.length],
    confidence: 0.5 + part(1) / 2,
    features: {
      text_length: Math.round(part(2) * 5000),
      word_count: Math.round(part(3) * 900),
      capitals_share: part(5),
      digits_share: part(7),
      link_count: Math.round(part(11) * 12),
      exclamation_count: Math.round(part(13) * 9),
      mean_word_length: 3 + part(17) * 5,
      unknown_words_share: part(19),
      language: ['en', 'de', 'fr', 'es'][i % 4],
      channel: CHANNELS[i % CHANNELS.length],
    },
    segment: ['news', 'private', 'work'][i % 3],
    labels: { region: 'eu-west', endpoint: '/predict' },
    latency_ms: part(23) * 20,
  };
}
