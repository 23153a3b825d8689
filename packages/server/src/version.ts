import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** Version of this package, as its manifest has it. */
export const version: string = manifest.version;
