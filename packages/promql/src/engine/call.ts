import { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import { CALENDAR } from '../functions/calendar.ts';
import { ELEMENTWISE, goMax, goMin, roundTo } from '../functions/elementwise.ts';
import { RANGE_FUNCTIONS } from '../functions/range-functions.ts';
import type { Call } from '../syntax/ast.ts';
import { absent, absentOverTime } from './absent.ts';
import { ABSENT, type Column, eachColumn, FLOAT, mapColumns } from './column.ts';
import type { Context } from './context.ts';
import { mapFloats } from './float-columns.ts';
import { timesOf } from './grid.ts';
import { evalHistogramCall, HISTOGRAM_FUNCTIONS } from './histogram-call.ts';
import { evalInfo } from './info.ts';
import { labelJoin, labelReplace } from './label-call.ts';
import { evalScalar, evalVector, scalarColumn } from './operands.ts';
import { evalRangeCall } from './range-call.ts';
import { sortColumns } from './sort.ts';
import { evalStartTimestamp, evalTimestamp } from './timestamp.ts';

/** Evaluates a call that gives an instant vector. */
export async function evalCall(node: Call, context: Context): Promise<Column[]> {
  const { func, args } = node;
  const elementwise = ELEMENTWISE.get(func);
  if (elementwise !== undefined)
    return mapFloats(await evalVector(args[0]!, context, func), context, elementwise);
  if (func === 'absent_over_time') return absentOverTime(node, context);
  if (RANGE_FUNCTIONS.has(func)) return evalRangeCall(node, context);
  if (HISTOGRAM_FUNCTIONS.has(func)) return evalHistogramCall(node, context);
  const calendar = CALENDAR.get(func);
  if (calendar !== undefined) return evalCalendar(node, context, calendar);
  switch (func) {
    case 'absent':
      return absent(node, context);
    case 'clamp':
    case 'clamp_min':
    case 'clamp_max':
      return evalClamp(node, context);
    case 'round':
      return evalRound(node, context);
    case 'vector':
      return [scalarColumn(await evalScalar(args[0]!, context))];
    case 'timestamp':
      return evalTimestamp(node, context);
    case 'start_timestamp':
      return evalStartTimestamp(node, context);
    case 'label_replace':
      return labelReplace(node, context);
    case 'label_join':
      return labelJoin(node, context);
    case 'info':
      return evalInfo(node, context);
    case 'sort':
    case 'sort_desc':
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return sortColumns(node, context);
    default:
      throw executionError(`unknown function with name "${func}"`);
  }
}

/** Evaluates a call that gives a scalar. */
export async function evalScalarCall(node: Call, context: Context): Promise<Float64Array> {
  const { query, grid } = context;
  const constant = (value: number): Float64Array => new Float64Array(grid.count).fill(value);
  switch (node.func) {
    case 'time':
      return timesOf(grid).map((ms) => ms / 1000);
    case 'pi':
      return constant(Math.PI);
    case 'start':
      return constant(query.start / 1000);
    case 'end':
      return constant(query.end / 1000);
    case 'step':
      return constant(query.step / 1000);
    case 'range':
      return constant((query.end - query.start) / 1000);
    case 'min_of':
    case 'max_of': {
      const other = await evalScalar(node.args[1]!, context);
      const choose = node.func === 'min_of' ? goMin : goMax;
      return (await evalScalar(node.args[0]!, context)).map((value, i) => choose(value, other[i]!));
    }
    case 'scalar':
      return onlyFloat(await evalVector(node.args[0]!, context), context);
    default:
      throw executionError(`unknown function with name "${node.func}"`);
  }
}

/** The value of the one float series at each step, NaN where there are none or several. */
async function onlyFloat(columns: readonly Column[], context: Context): Promise<Float64Array> {
  const steps = context.grid.count;
  const result = new Float64Array(steps).fill(Number.NaN);
  const seen = new Uint8Array(steps);
  await eachColumn(columns, context, ({ kinds, values }) => {
    for (let i = 0; i < steps; i++) {
      if (kinds[i] !== FLOAT) continue;
      result[i] = seen[i] === 0 ? values[i]! : Number.NaN;
      seen[i] = 1;
    }
  });
  return result;
}

async function evalCalendar(
  node: Call,
  context: Context,
  map: (seconds: number) => number,
): Promise<Column[]> {
  const argument = node.args[0];
  if (argument === undefined) {
    const values = timesOf(context.grid).map((ms) => map(Math.floor(ms / 1000)));
    return [{ ...scalarColumn(values), labels: LabelSet.empty }];
  }
  return mapFloats(await evalVector(argument, context), context, map);
}

async function evalClamp(node: Call, context: Context): Promise<Column[]> {
  const columns = await evalVector(node.args[0]!, context);
  const steps = context.grid.count;
  const least =
    node.func === 'clamp_max'
      ? new Float64Array(steps).fill(Number.NEGATIVE_INFINITY)
      : await evalScalar(node.args[1]!, context);
  const most =
    node.func === 'clamp_min'
      ? new Float64Array(steps).fill(Number.POSITIVE_INFINITY)
      : await evalScalar(node.args.at(-1)!, context);
  // Bounds the wrong way round leave nothing at that step, not even labels that could be twice there.
  const isCrossed = least.some((value, i) => most[i]! < value);
  const left = isCrossed
    ? await mapColumns(columns, context, (column) => within(column, least, most))
    : columns;
  return mapFloats(left, context, (value, i) => goMax(least[i]!, goMin(most[i]!, value)));
}

function within(column: Column, least: Float64Array, most: Float64Array): Column {
  const kinds = column.kinds.map((kind, i) => (most[i]! < least[i]! ? ABSENT : kind));
  return { ...column, kinds };
}

async function evalRound(node: Call, context: Context): Promise<Column[]> {
  const columns = await evalVector(node.args[0]!, context);
  const nearest = node.args[1] && (await evalScalar(node.args[1], context));
  return mapFloats(columns, context, (value, i) => roundTo(value, nearest?.[i] ?? 1));
}
