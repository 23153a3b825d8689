import { parse } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { translateAst } from './translate-ast.ts';

const tree = (query: string) => translateAst(parse(query));
const selector = (name: string, more: object = {}) => ({
  type: 'vectorSelector',
  name,
  offset: 0,
  matchers: [{ name: '__name__', value: name, type: '=' }],
  timestamp: null,
  startOrEnd: null,
  anchored: false,
  smoothed: false,
  ...more,
});

describe('the tree of an expression', () => {
  it('is that of the documentation for foo/bar', () => {
    expect(tree('foo/bar')).toEqual({
      type: 'binaryExpr',
      op: '/',
      bool: false,
      lhs: selector('foo'),
      rhs: selector('bar'),
      matching: {
        card: 'one-to-one',
        labels: [],
        on: false,
        include: [],
        fillValues: { lhs: null, rhs: null },
      },
    });
  });

  it('has ranges, offsets and instants in milliseconds, matchers in the order of Prometheus', () => {
    expect(tree('up{job=~"a|b",x!="y"}[5m] offset -90s')).toEqual({
      ...selector('up'),
      type: 'matrixSelector',
      range: 300_000,
      offset: -90_000,
      matchers: [
        { name: 'job', value: 'a|b', type: '=~' },
        { name: 'x', value: 'y', type: '!=' },
        { name: '__name__', value: 'up', type: '=' },
      ],
    });
    expect(tree('up @ 1.5')).toEqual(selector('up', { timestamp: 1500 }));
    expect(tree('up @ end()')).toEqual(selector('up', { startOrEnd: 'end' }));
    expect(tree('up[1h:1m] @ start() offset 5m')).toEqual({
      type: 'subquery',
      expr: selector('up'),
      range: 3_600_000,
      step: 60_000,
      offset: 300_000,
      timestamp: null,
      startOrEnd: 'start',
    });
    expect(tree('up[1h:]')).toMatchObject({ step: 0 });
  });

  it('tells what functions take and give', () => {
    expect(tree('rate(a[5m])')).toMatchObject({
      type: 'call',
      func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
      args: [{ type: 'matrixSelector', name: 'a' }],
    });
    expect(tree('time()')).toMatchObject({
      func: { name: 'time', argTypes: [], variadic: 0, returnType: 'scalar' },
      args: [],
    });
    expect(tree('label_join(a, "b", ",")')).toMatchObject({ func: { variadic: -1 } });
  });

  it('tells how aggregations group', () => {
    expect(tree('sum by (job, x) (a)')).toEqual({
      type: 'aggregation',
      op: 'sum',
      expr: selector('a'),
      param: null,
      grouping: ['job', 'x'],
      without: false,
    });
    expect(tree('topk without (x) (3, a)')).toMatchObject({
      op: 'topk',
      param: { type: 'numberLiteral', val: '3' },
      grouping: ['x'],
      without: true,
    });
  });

  it('tells how vectors are matched, and that scalars are not', () => {
    expect(tree('a * on (job) group_left (x) b')).toMatchObject({
      matching: { card: 'many-to-one', labels: ['job'], on: true, include: ['x'] },
    });
    expect(tree('a unless b')).toMatchObject({ matching: { card: 'many-to-many', on: false } });
    expect(tree('a > bool 1')).toMatchObject({ matching: null, bool: true });
    expect(tree('1 + 2')).toMatchObject({ matching: null });
  });

  it.each([
    ['1', '1'],
    ['-0.5', '-0.5'],
    ['1e3', '1000'],
    ['1e22', '10000000000000000000000'],
    ['Inf', '+Inf'],
    ['NaN', 'NaN'],
    ['5m', '300'],
  ])('has the number %s as the text %s', (query, val) => {
    expect(tree(query)).toEqual({ type: 'numberLiteral', val });
  });

  it('keeps parentheses, signs and texts', () => {
    expect(tree('-(a)')).toEqual({
      type: 'unaryExpr',
      op: '-',
      expr: { type: 'parenExpr', expr: selector('a') },
    });
    expect(tree('"x"')).toEqual({ type: 'stringLiteral', val: 'x' });
  });
});
