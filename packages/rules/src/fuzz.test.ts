import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkRules } from './check-rules.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import { RuleFileError } from './rule-file-error.ts';

const file = readFileSync(
  new URL('../../../examples/mail/rules/prometheus_rules.yml', import.meta.url),
  'utf8',
)
  .split('\n')
  .slice(0, 28)
  .join('\n');

/** A rule file with something cut out and something put in. */
const damaged = fc
  .tuple(
    fc.nat(file.length),
    fc.nat(12),
    fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom('\n', '{{', ' - ', ': ', '"', '|', '&a ', '*a', '\t'),
    ),
  )
  .map(([at, cut, put]) => file.slice(0, at) + put + file.slice(at + cut));

describe('a rule file that was damaged', () => {
  it('either loads or fails with places inside the file', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const lines = text.split('\n');
        try {
          checkRules(parseRuleFile(text, { file: 'f' }));
          return true;
        } catch (error) {
          if (!(error instanceof RuleFileError)) throw error;
          return error.issues.every(
            ({ line, column }) =>
              line >= 1 &&
              line <= lines.length &&
              column >= 1 &&
              column <= (lines[line - 1]?.length ?? 0) + 1,
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
