import type { Millis } from '@bellwether/promql';
import type { Config } from '../../config/schema.ts';

/** What there is to know of this process, at the moment it is asked. */
export interface ServerStatus {
  /** The configuration in force. */
  readonly config: Config;
  /** Undefined where there is no file. */
  readonly configFile: string | undefined;
  readonly startedAt: Millis;
  /** When the configuration in force was taken up. */
  readonly configuredAt: Millis;
  /** False when another was to be taken up since, and could not be. */
  readonly reloadSucceeded: boolean;
}
