import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Lines for people on a terminal, JSON for machines otherwise. Level from `BELLWETHER_LOG_LEVEL`, default `info`. */
export function createLogger(options: { level?: string } = {}): Logger {
  const level = options.level ?? process.env['BELLWETHER_LOG_LEVEL'] ?? 'info';
  if (!process.stderr.isTTY) return pino({ level, base: null }, pino.destination(2));
  return pino(
    { level, base: null },
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }),
  );
}
