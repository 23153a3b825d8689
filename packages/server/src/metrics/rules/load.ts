import { readFile } from 'node:fs/promises';
import { parseRuleFile, RuleFileError, type RuleGroup } from '@bellwether/rules';
import { glob, isDynamicPattern } from 'tinyglobby';
import { resolveFrom } from '../../config/paths.ts';
import { BellwetherError, messageOf } from '../../errors.ts';

/**
 * Reads and checks every rule file a configuration names; `*` stands for any part of a file name, as in Prometheus.
 * @throws BellwetherError `BW_RULES_INVALID` with everything that is wrong in all of them, as `file:line:column: what`.
 */
export async function loadRuleGroups(
  patterns: readonly string[],
  directory: string,
): Promise<RuleGroup[]> {
  const groups: RuleGroup[] = [];
  const problems: string[] = [];
  for (const pattern of patterns) {
    for (const file of await filesOf(resolveFrom(directory, pattern))) {
      try {
        groups.push(...parseRuleFile(await readFile(file, 'utf8'), { file }).groups);
      } catch (error) {
        problems.push(
          error instanceof RuleFileError ? error.message : `${file}: ${messageOf(error)}`,
        );
      }
    }
  }
  if (problems.length > 0)
    throw new BellwetherError(
      'BW_RULES_INVALID',
      problems.join('\n'),
      'Correct the rule files and start again; nothing was changed.',
    );
  return groups;
}

/** A name without `*` must exist: a rule file that is not there would be an alert that never fires. */
async function filesOf(path: string): Promise<string[]> {
  if (!isDynamicPattern(path)) return [path];
  return (await glob(path, { absolute: true, expandDirectories: false })).sort();
}
