import { type Answer, ask, type Difference, differences, type Question } from './answers.ts';
import { SPAN_MS } from './data.ts';
import { explain } from './explain.ts';
import { Expressions } from './expressions.ts';
import { Random } from './random.ts';

const AT_A_TIME = 4;
const STEPS = [7, 15, 60, 300];

/** Where both are asked. */
export interface Both {
  readonly theirs: string;
  readonly ours: string;
}

/** A question that was answered differently. */
export interface Case {
  readonly seed: number;
  readonly question: Question;
  readonly differences: readonly Difference[];
  /** The deliberate differences they come from; undefined: nobody knows. */
  readonly because: string | undefined;
}

export interface Outcome {
  readonly cases: readonly Case[];
  /** How many questions we answered with values, with none, and with an error. */
  readonly answers: Readonly<Record<'values' | 'empty' | 'error', number>>;
}

/** Asks both `runs` questions, each made from a seed of its own; `start` is that of the samples, in seconds. */
export async function run(
  both: Both,
  { runs, seed, start }: { readonly runs: number; readonly seed: number; readonly start: number },
): Promise<Outcome> {
  const cases: Case[] = [];
  const answers = { values: 0, empty: 0, error: 0 };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < runs) {
      const own = seed + next++;
      const question = questionOf(own, start);
      const { ours, apart } = await compare(both, question);
      answers['error' in ours ? 'error' : ours.values.size > 0 ? 'values' : 'empty']++;
      if (apart.length === 0) continue;
      const because = await explain(question.expression, apart, async (expression) => {
        const without = await compare(both, { ...question, expression });
        return without.apart;
      });
      cases.push({ seed: own, question, differences: apart, because });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { cases: cases.sort((a, b) => a.seed - b.seed), answers };
}

async function compare(
  both: Both,
  question: Question,
): Promise<{ readonly ours: Answer; readonly apart: Difference[] }> {
  const [theirs, ours] = await Promise.all([ask(both.theirs, question), ask(both.ours, question)]);
  return { ours, apart: differences(theirs, ours) };
}

/** At half seconds, within the samples and a little beyond. */
function questionOf(seed: number, start: number): Question {
  const random = new Random(seed);
  const moment = (): number => start + random.below(SPAN_MS / 1000 + 400) + 0.5;
  const expression = new Expressions(random, [moment(), moment()]).next();
  const time = moment();
  if (random.chance(0.5)) return { expression, time };
  const step = random.pick(STEPS);
  return { expression, time, range: { end: time + step * random.below(30), step } };
}
