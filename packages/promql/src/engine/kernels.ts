import type { ArithmeticOp, BinaryOp, ComparisonOp } from '../syntax/ast.ts';
import { ABSENT, FLOAT } from './column.ts';

/** `out[i] = a[i] op b[i]`, over all steps whether present or not. */
export function arithmetic(
  op: ArithmeticOp,
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
): void {
  const n = out.length;
  switch (op) {
    case '+':
      for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
      return;
    case '-':
      for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
      return;
    case '*':
      for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
      return;
    case '/':
      for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!;
      return;
    case '%':
      for (let i = 0; i < n; i++) out[i] = a[i]! % b[i]!;
      return;
    case '^':
      for (let i = 0; i < n; i++) out[i] = power(a[i]!, b[i]!);
      return;
    case 'atan2':
      for (let i = 0; i < n; i++) out[i] = Math.atan2(a[i]!, b[i]!);
  }
}

/** Go and IEEE 754 say 1 to any power is 1 and -1 to an infinite power is 1; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) return 1;
  return base ** exponent;
}

/** Whether the comparison holds between two floats. */
export function compare(op: ComparisonOp, a: number, b: number): boolean {
  switch (op) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
  }
}

/** Clears from `kinds` the steps at which the comparison does not hold. */
export function filter(
  op: ComparisonOp,
  a: Float64Array,
  b: Float64Array,
  kinds: Uint8Array,
): void {
  const n = kinds.length;
  switch (op) {
    case '==':
      for (let i = 0; i < n; i++) if (!(a[i]! === b[i]!)) kinds[i] = ABSENT;
      return;
    case '!=':
      for (let i = 0; i < n; i++) if (!(a[i]! !== b[i]!)) kinds[i] = ABSENT;
      return;
    case '>':
      for (let i = 0; i < n; i++) if (!(a[i]! > b[i]!)) kinds[i] = ABSENT;
      return;
    case '<':
      for (let i = 0; i < n; i++) if (!(a[i]! < b[i]!)) kinds[i] = ABSENT;
      return;
    case '>=':
      for (let i = 0; i < n; i++) if (!(a[i]! >= b[i]!)) kinds[i] = ABSENT;
      return;
    case '<=':
      for (let i = 0; i < n; i++) if (!(a[i]! <= b[i]!)) kinds[i] = ABSENT;
  }
}

/** 1 where the comparison holds, 0 where not. */
export function compareToBool(op: ComparisonOp, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  const holds = new Uint8Array(a.length).fill(FLOAT);
  filter(op, a, b, holds);
  for (let i = 0; i < out.length; i++) out[i] = holds[i]!;
  return out;
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', 'atan2']);

/** Arithmetic makes another quantity of what it is given: the metric's name no longer fits. */
export function isArithmetic(op: BinaryOp): op is ArithmeticOp {
  return ARITHMETIC.has(op);
}
