import { isScalar, type Node, type Scalar } from 'yaml';
import type { RuleFileIssue } from './rule-file-error.ts';
import { scalarOffset } from './scalar-offset.ts';
import type { YamlDocument } from './yaml/yaml-document.ts';

/** Where an issue belongs; filled in as the reader goes down the document. */
export interface Context {
  readonly group?: string;
  readonly rule?: string;
}

/** Gathers what is wrong in a YAML text, with the position of each. */
export class Issues {
  readonly #found: RuleFileIssue[] = [];
  readonly #file: string;
  readonly #source: string;
  /** Offset of each line. yaml's own counter knows no lines inside of scalars. */
  readonly #lines: readonly number[];

  constructor(file: string, source: string) {
    this.#file = file;
    this.#source = source;
    this.#lines = [0, ...[...source.matchAll(/\n/g)].map((newline) => newline.index + 1)];
  }

  /** All of them in the order of the file. */
  get found(): readonly RuleFileIssue[] {
    return this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  position(node: Node | null | undefined): { line: number; column: number } {
    return this.#place(node?.range?.[0] ?? 0);
  }

  #place(offset: number): { line: number; column: number } {
    const at = Math.min(offset, this.#source.length);
    const line = this.#lines.findLastIndex((start) => start <= at);
    return { line: line + 1, column: at - this.#lines[line]! + 1 };
  }

  atOffset(offset: number, message: string, context: Context = {}, hint?: string): void {
    const place = this.#place(offset);
    const isKnown = this.#found.some(
      (issue) =>
        issue.line === place.line && issue.column === place.column && issue.message === message,
    );
    if (isKnown) return;
    this.#found.push({
      file: this.#file,
      ...place,
      ...context,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** What is wrong with a document before anything is read of it. */
  ofYaml({ problems }: YamlDocument): void {
    for (const { offset, message, hint } of problems) this.atOffset(offset, message, {}, hint);
  }

  at(node: Node | null | undefined, message: string, context: Context = {}, hint?: string): void {
    this.atOffset(node?.range?.[0] ?? 0, message, context, hint);
  }

  /** At a character of a scalar's value. */
  inside(node: Node, offset: number, message: string, context: Context, hint?: string): void {
    const at = isScalar(node)
      ? scalarOffset(node as Scalar, this.#source, offset)
      : (node.range?.[0] ?? 0);
    this.atOffset(at, message, context, hint);
  }
}
