import createClassifier from 'wink-naive-bayes-text-classifier';
import { type Calibration, fitCalibration, probability } from './calibration.ts';
import type { Label, Mail } from './corpus.ts';
import { tokens } from './tokens.ts';

/** Raised whenever training would give another model: part of the cache's key and of every answer. */
export const MODEL_VERSION = '1';

const FOLDS = 4;

/** A judgement on one mail. */
export interface Prediction {
  readonly label: Label;
  /** The model's probability that `label` is right, from 0.5 to 1. */
  readonly confidence: number;
}

/** What has to be kept to have the same model again. */
export interface FittedModel {
  readonly classifier: string;
  readonly calibration: Calibration;
  /** Share of spam among the training mails. */
  readonly spamShare: number;
}

type Classifier = ReturnType<typeof createClassifier>;

interface Case {
  readonly words: string[];
  readonly label: Label;
}

function emptyClassifier(): Classifier {
  const classifier = createClassifier();
  // Words go in ready-made: given text, the classifier would split it once for each label.
  classifier.definePrepTasks([]);
  return classifier;
}

function fit(cases: Iterable<Case>): Classifier {
  const classifier = emptyClassifier();
  classifier.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.1 });
  for (const { label, words } of cases) classifier.learn(words, label);
  classifier.consolidate();
  return classifier;
}

/** Evidence for spam per word, in bits; negative for ham, 0 when no word is known. */
function evidencePerWord(classifier: Classifier, words: string[]): number {
  const [label, log2Odds] = classifier.computeOdds(words)[0] ?? ['unknown', 0];
  if (label === 'unknown') return 0;
  return (label === 'spam' ? log2Odds : -log2Odds) / words.length;
}

/**
 * Fits naive Bayes to labelled mails, and a curve that turns its odds into probabilities.
 *
 * Naive Bayes takes words as independent, so its odds grow with a mail's length far beyond what they
 * are worth. The evidence is therefore taken per word, and a logistic curve fitted to it on mails the
 * classifier had not seen (fourfold cross-fitting over the training mails). Of raw odds, odds over
 * the root of the length and odds over the length, the last had the lowest log loss on those mails
 * (0.054, 0.026, 0.016).
 */
export function trainModel(mails: readonly Mail[]): FittedModel {
  const cases = mails.map(({ label, text }) => ({ label, words: tokens(text) }));
  const scores: number[] = [];
  const positives: boolean[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const classifier = fit(cases.filter((_, index) => index % FOLDS !== fold));
    for (let index = fold; index < cases.length; index += FOLDS) {
      const { label, words } = cases[index]!;
      scores.push(evidencePerWord(classifier, words));
      positives.push(label === 'spam');
    }
  }
  return {
    classifier: fit(cases).exportJSON(),
    calibration: fitCalibration(scores, positives),
    spamShare: positives.filter(Boolean).length / positives.length,
  };
}

/** Judges mails. */
export class SpamModel {
  readonly #classifier: Classifier;
  readonly #calibration: Calibration;
  readonly #spamShare: number;

  constructor(fitted: FittedModel) {
    this.#classifier = emptyClassifier();
    this.#classifier.importJSON(fitted.classifier);
    this.#classifier.consolidate();
    this.#calibration = fitted.calibration;
    this.#spamShare = fitted.spamShare;
  }

  /** Says whether a mail (subject and body, markup included) is spam. */
  predict(text: string): Prediction {
    const evidence = evidencePerWord(this.#classifier, tokens(text));
    // Without a known word nothing is left but how frequent spam is.
    const spam = evidence === 0 ? this.#spamShare : probability(this.#calibration, evidence);
    return spam > 0.5
      ? { label: 'spam', confidence: spam }
      : { label: 'ham', confidence: 1 - spam };
  }
}
