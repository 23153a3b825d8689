import type { Template } from './compile.ts';
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

type Answer = readonly TemplateSample[] | Error;

/**
 * Expands templates whose `query` function asks the outside.
 *
 * A template is a pure function of its data and of the answers to its queries. So it is run until
 * it asks something not known yet, that is answered, and it is run again from the start: execution
 * itself stays synchronous, and a template without queries runs once. Answers are kept, so make
 * one expander for each moment.
 */
export class QueryExpander {
  readonly #query: TemplateQuery;
  readonly #functions: Functions;
  readonly #answers = new Map<string, Answer>();

  /** @param functions for all templates, in place of theirs of the same name */
  constructor(query: TemplateQuery, functions: Functions = {}) {
    this.#query = query;
    this.#functions = {
      ...functions,
      query: define(['string'], ([expr]) => {
        const answer = this.#answers.get(expr);
        if (answer === undefined) throw new Unanswered(expr);
        if (answer instanceof Error) throw answer;
        return answer;
      }),
    };
  }

  /**
   * The text of a template: at once where it asks nothing new.
   * @throws TemplateError, or rejects with it; also for a query that failed
   */
  expand(
    template: Template,
    data: unknown,
    variables: Readonly<Record<string, unknown>> = {},
  ): string | Promise<string> {
    const run = (): string => template.execute(data, { variables, functions: this.#functions });
    try {
      return run();
    } catch (error) {
      return this.#answerAndRepeat(waitsFor(error), run);
    }
  }

  async #answerAndRepeat(first: string, run: () => string): Promise<string> {
    let expr = first;
    for (let asked = 1; ; asked += 1) {
      this.#answers.set(expr, asked > maxQueries ? tooMany : await this.#ask(expr));
      try {
        return run();
      } catch (error) {
        expr = waitsFor(error);
      }
    }
  }

  async #ask(expr: string): Promise<Answer> {
    try {
      const samples = await this.#query(expr);
      return samples.map(({ labels, value }) => templateSample(labels, value));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

const tooMany = new Error(`more than ${maxQueries} different queries`);

/** The query a template was stopped by; any other reason is thrown on. */
function waitsFor(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Unanswered) return cause.expr;
  throw error;
}
