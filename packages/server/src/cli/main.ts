#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { BellwetherError, messageOf } from '../errors.ts';
import { version } from '../version.ts';
import { demoCommand } from './demo.ts';
import { endOnFatalErrors } from './fatal-errors.ts';
import { queryCommand } from './query.ts';
import { serveCommand } from './serve.ts';

// V8 would let the heap grow to almost four times of what is in use before it collects; at twice that a collection comes
// every six seconds under full load, for three hundredths of a core.
setFlagsFromString('--heap-growing-percent=100');

endOnFatalErrors(report);

const program = new Command('bellwether')
  .description('Watches machine-learning models in production.')
  .version(version)
  .showHelpAfterError('(bellwether --help shows what there is)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addCommand(serveCommand())
  .addCommand(demoCommand())
  .addCommand(queryCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** What went wrong, for a person; the stack only of errors nobody foresaw. */
function report(error: unknown): number {
  if (error instanceof BellwetherError) {
    process.stderr.write(`bellwether: ${error.message}\n  ${error.remedy} [${error.code}]\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(
    `bellwether: an unforeseen error: ${messageOf(error)}\n  Please report it with the lines below.\n${stack ?? ''}\n`,
  );
  return 2;
}
