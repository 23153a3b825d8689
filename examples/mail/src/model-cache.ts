import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { corpusVersion, loadGroup } from './corpus.ts';
import { type FittedModel, MODEL_VERSION, SpamModel, trainModel } from './model.ts';

const require = createRequire(import.meta.url);

/** Everything that, when it changes, makes another model. */
function cacheKey(): string {
  const { version } = require('wink-naive-bayes-text-classifier/package.json') as {
    version: string;
  };
  const parts = [MODEL_VERSION, corpusVersion(), version].join('|');
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

function readCached(file: string): SpamModel | undefined {
  try {
    return new SpamModel(JSON.parse(readFileSync(file, 'utf8')) as FittedModel);
  } catch {
    // Not there yet, or cut short by a crash: training again gives the same model.
    return undefined;
  }
}

/**
 * Gives the trained model: from its cache, or by training on easy-ham-1 and spam-1 (about 3 seconds).
 *
 * @param folder where fitted models are kept; created when it is missing
 * @throws Error when the folder cannot be written
 */
export function loadModel(folder: string): { model: SpamModel; trained: boolean } {
  const file = join(folder, `model-${cacheKey()}.json`);
  const cached = readCached(file);
  if (cached !== undefined) return { model: cached, trained: false };
  const fitted = trainModel([...loadGroup('easy-ham-1'), ...loadGroup('spam-1')]);
  mkdirSync(folder, { recursive: true });
  // Under another name first, so that a second process never reads half a file.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(fitted));
  renameSync(partial, file);
  return { model: new SpamModel(fitted), trained: true };
}
