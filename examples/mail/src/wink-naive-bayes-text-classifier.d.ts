/** The part of the classifier that the model uses; the package ships no types. */
declare module 'wink-naive-bayes-text-classifier' {
  interface Classifier {
    defineConfig(config: { considerOnlyPresence: boolean; smoothingFactor: number }): boolean;
    definePrepTasks(tasks: ((input: string[]) => string[])[]): number;
    learn(tokens: string[], label: string): boolean;
    consolidate(): boolean;
    /** Pairs of label and base-2 logarithm of its odds, highest first; `unknown` alone without a known token. */
    computeOdds(tokens: string[]): [label: string, log2Odds: number][];
    exportJSON(): string;
    importJSON(json: string): boolean;
  }
  export default function createClassifier(): Classifier;
}
