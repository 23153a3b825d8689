import { messageOf } from '../../errors.ts';

/** Why ClickHouse did not do what it was asked. */
export type RefusalKind =
  | 'disk-full'
  | 'unreachable'
  | 'credentials'
  | 'certificate'
  | 'damaged'
  | 'other';

/** Which ClickHouse it is, for the sentences about it. */
export type StorePlace =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'remote'; readonly url: string; readonly username: string };

/** For a person: what is wrong, and what ends it. */
export interface Explanation {
  readonly what: string;
  readonly remedy: string;
}

/** Thrown where ClickHouse cannot be used now but may be later, without anybody touching this process. */
export class StoreUnavailableError extends Error {
  readonly explanation: Explanation;
  constructor(explanation: Explanation, options?: { cause?: unknown }) {
    super(`${explanation.what}. ${explanation.remedy}`, options);
    this.name = 'StoreUnavailableError';
    this.explanation = explanation;
  }
}

/** ClickHouse's numbers of its errors. Source: ClickHouse, src/Common/ErrorCodes.cpp. */
const CODES: Readonly<Record<string, RefusalKind>> = {
  243: 'disk-full', // NOT_ENOUGH_SPACE
  192: 'credentials', // UNKNOWN_USER
  193: 'credentials', // WRONG_PASSWORD
  194: 'credentials', // REQUIRED_PASSWORD
  497: 'credentials', // ACCESS_DENIED
  516: 'credentials', // AUTHENTICATION_FAILED
  40: 'damaged', // CHECKSUM_DOESNT_MATCH
  246: 'damaged', // CORRUPTED_DATA
  271: 'damaged', // CANNOT_DECOMPRESS
};

/** What Node and, where only a text is left of an error, ClickHouse say. The first that fits counts. */
const TEXTS: readonly (readonly [RegExp, RefusalKind])[] = [
  [/no space left on device|not enough space|\bENOSPC\b|disk quota exceeded/i, 'disk-full'],
  [/authentication failed|password is incorrect|not enough privileges/i, 'credentials'],
  [/checksum (doesn't|does not) match|checksum mismatch|corrupted data/i, 'damaged'],
  [
    /\bCERT_|certificate|\bERR_TLS_|self-signed|unable to verify|wrong version number|EPROTO/i,
    'certificate',
  ],
  [
    /\bE(CONN\w+|PIPE|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|TIMEDOUT)\b|socket hang up|timeout|aborted|no answer for/i,
    'unreachable',
  ],
];

/** ClickHouse's number of an error. Of its class the client and chdb have a copy each, so it is not asked for. */
export function clickHouseCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && /^\d+$/.test(code) ? code : undefined;
}

export function refusalOf(error: unknown): RefusalKind {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const known = CODES[clickHouseCode(e) ?? ''];
    if (known !== undefined) return known;
  }
  const text = textOf(error);
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

export function explainRefusal(error: unknown, place: StorePlace): Explanation {
  const kind = refusalOf(error);
  const said = shortened(textOf(error));
  const where = place.kind === 'embedded' ? place.folder : place.url;
  if (place.kind === 'embedded') {
    if (kind === 'disk-full')
      return {
        what: `the disk of the data folder ${where} is full (${said})`,
        remedy: 'Free space there; writing goes on by itself.',
      };
    return {
      what: `the embedded ClickHouse refuses (${said})`,
      remedy: `Look at the data folder ${where} and its disk; it is asked again every second.`,
    };
  }
  switch (kind) {
    case 'disk-full':
      return {
        what: `the disk of ClickHouse at ${where} is full (${said})`,
        remedy: 'Free space on that server; writing goes on by itself.',
      };
    case 'unreachable':
      return {
        what: `ClickHouse at ${where} cannot be reached (${said})`,
        remedy: 'Start it, or correct storage.clickhouse.url; it is asked again by itself.',
      };
    case 'credentials':
      return {
        what: `ClickHouse at ${where} refuses the user "${place.username}" (${said})`,
        remedy:
          'Correct storage.clickhouse.username and password, or the rights of that user on the database bellwether.',
      };
    case 'certificate':
      return {
        what: `the connection to ClickHouse at ${where} is not trusted (${said})`,
        remedy:
          'Name the authority that signed its certificate in storage.clickhouse.tls_config.ca_file, and use the name the certificate was made for.',
      };
    default:
      return {
        what: `ClickHouse at ${where} refuses (${said})`,
        remedy: 'Look at that server and its log; it is asked again by itself.',
      };
  }
}

/** Everything an error says, of its causes and, for a name with several addresses, of each attempt. */
function textOf(error: unknown): string {
  const texts = new Set<string>();
  const collect = (e: unknown): void => {
    if (!(e instanceof Error)) {
      texts.add(String(e));
      return;
    }
    if (e.message !== '') texts.add(messageOf(e));
    if (e instanceof AggregateError) e.errors.forEach(collect);
    if (e.cause !== undefined) collect(e.cause);
  };
  collect(error);
  return [...texts].join('; ');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line.replace(/\.$/, '');
}
