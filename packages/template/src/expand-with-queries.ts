import type { ExecuteOptions, Template } from './compile.ts';
import { define, type Functions } from './functions.ts';
import { type TemplateSample, templateSample } from './prometheus-functions.ts';

/** Answers a query of a template with samples; a scalar is one sample without labels. */
export type TemplateQuery = (
  expr: string,
) => Promise<
  readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
>;

/** More different queries than this in one text are a loop that went wrong. */
const maxQueries = 100;

class Unanswered extends Error {
  readonly expr: string;

  constructor(expr: string) {
    super('a query waits for its answer');
    this.expr = expr;
  }
}

/**
 * Runs a template whose `query` function asks the outside.
 *
 * A template is a pure function of its data and of the answers to its queries. So it is run until
 * it asks something not known yet, that is answered, and it is run again from the start: execution
 * itself stays synchronous, and a template without queries runs once.
 *
 * @throws TemplateError also for a query that failed
 */
export async function expandWithQueries(
  template: Template,
  data: unknown,
  query: TemplateQuery,
  options: ExecuteOptions = {},
): Promise<string> {
  const answers = new Map<string, readonly TemplateSample[] | Error>();
  const functions: Functions = {
    ...options.functions,
    query: define(['string'], ([expr]) => {
      const answer = answers.get(expr);
      if (answer === undefined) throw new Unanswered(expr);
      if (answer instanceof Error) throw answer;
      return answer;
    }),
  };
  for (;;) {
    try {
      return template.execute(data, { ...options, functions });
    } catch (error) {
      const unanswered = error instanceof Error ? error.cause : undefined;
      if (!(unanswered instanceof Unanswered)) throw error;
      const answer = answers.size < maxQueries ? await ask(query, unanswered.expr) : tooMany;
      answers.set(unanswered.expr, answer);
    }
  }
}

const tooMany = new Error(`more than ${maxQueries} different queries`);

async function ask(query: TemplateQuery, expr: string): Promise<readonly TemplateSample[] | Error> {
  try {
    const samples = await query(expr);
    return samples.map(({ labels, value }) => templateSample(labels, value));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
