import type { Panel } from '@bellwether/server/api';
import type { ReactNode } from 'react';
import { StateMark } from '../../components/state-mark.tsx';
import {
  formatBound,
  formatInterval,
  formatMeasure,
  formatSample,
  formatValue,
  keepUnits,
} from '../../format.ts';
import { STATE_WORDS } from '../../states.ts';
import classes from './health-panel.module.css';
import { queryHref } from './query-href.ts';

interface HealthPanelProps {
  readonly panel: Panel;
  /** The moment the number is of, Unix ms. */
  readonly at: number;
  /** The number is of the past, and nobody knows the present one. */
  readonly stale: boolean;
  readonly children: ReactNode;
}

/** One of the four large panels: a number, what it is judged against, its state and why. */
export function HealthPanel({ panel, at, stale, children }: HealthPanelProps) {
  const state = stale ? 'unknown' : panel.state;
  const was = STATE_WORDS[panel.state].toLowerCase();
  return (
    <article
      className={classes.panel}
      aria-label={panel.title}
      data-testid={`panel-${panel.id}`}
      data-state={state}
      data-stale={stale}
      data-value={String(panel.value)}
      data-expr={panel.expr}
      data-at={at}
    >
      <div className={classes.reading}>
        <div className={classes.head}>
          <h3 className={classes.title}>{panel.title}</h3>
          <a className={classes.query} href={queryHref(panel.expr)} title={panel.expr}>
            PromQL<span className="visually-hidden"> of {panel.title}</span>
          </a>
        </div>
        <BigNumber panel={panel} />
        <p className={classes.state}>
          <StateMark state={state} {...(stale ? { words: `Unknown (was ${was})` } : {})} />
        </p>
        <p className={classes.reason}>{keepUnits(panel.reason)}</p>
        <ul className={classes.facts}>
          {factsOf(panel).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </div>
      <div className={classes.line}>{children}</div>
    </article>
  );
}

function BigNumber({ panel }: { readonly panel: Panel }) {
  if (panel.value === null) {
    return (
      <p className={classes.number} data-empty="true">
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">no value</span>
      </p>
    );
  }
  const { number, unit } = formatMeasure(panel.value, panel.unit);
  return (
    <p className={classes.number}>
      {number}
      <span className={classes.unit}>
        {'\u00a0'}
        {unit}
      </span>
    </p>
  );
}

/** What the number is compared with, and what it rests on. */
function factsOf({ comparison, sample, interval, unit }: Panel): string[] {
  const facts: string[] = [];
  if (comparison !== null) {
    facts.push(`${comparison.label}: ${comparedWith(comparison, unit)}`);
  }
  const counted = sample === null ? null : formatSample(sample);
  if (counted !== null) facts.push(counted);
  if (interval !== null) {
    facts.push(`95 % interval ${formatInterval(interval.low, interval.high, unit)}`);
  }
  return facts;
}

function comparedWith(
  { value, expr }: NonNullable<Panel['comparison']>,
  unit: Panel['unit'],
): string {
  if (value === null) return 'unknown';
  return expr === null ? formatBound(value, unit) : formatValue(value, unit);
}
