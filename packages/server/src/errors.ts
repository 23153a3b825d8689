/**
 * Every error a person can meet, by its stable code. The code is what scripts and documents refer to;
 * the message says what was wrong and where, the remedy what to do.
 */
const exitCodes = {
  BW_CONFIG_NOT_FOUND: 2,
  BW_CONFIG_INVALID: 2,
  BW_RULES_INVALID: 2,
  BW_PORT_IN_USE: 2,
  BW_LISTEN_FAILED: 2,
  BW_STORAGE_LOCKED: 2,
  BW_STORAGE_NOT_WRITABLE: 2,
  BW_STORAGE_FAILED: 2,
  BW_CLICKHOUSE_REFUSED: 2,
  BW_CLICKHOUSE_UNSUITABLE: 2,
  BW_EXPOSITION_MALFORMED: 2,
  BW_QUERY_FAILED: 2,
  BW_SERVER_UNREACHABLE: 2,
  BW_DEMO_UNAVAILABLE: 2,
} as const;

export type ErrorCode = keyof typeof exitCodes;

/** An error meant for a person: what, where, and what to do about it. */
export class BellwetherError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BellwetherError';
    this.code = code;
    this.remedy = remedy;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** What others send us comes back in messages: no more of it than can be read. */
const LONGEST_MESSAGE = 10_000;

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.length <= LONGEST_MESSAGE) return message;
  return `${message.slice(0, LONGEST_MESSAGE)}…`;
}
